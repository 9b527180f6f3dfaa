using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>Which of the device's two interfaces is asked.</summary>
internal enum Api
{
    /// <summary>HTTP GET of a document; since release 11.</summary>
    Rest,

    /// <summary>The older web service.</summary>
    Soap,
}

/// <summary>The interface to begin with, and whether a 404 leads on to the other.</summary>
internal sealed record ApiChoice(Api First, bool MayFallBack)
{
    /// <exception cref="UsageException">It is no interface.</exception>
    internal static ApiChoice Parse(string? text) => text switch
    {
        null or "auto" => new ApiChoice(Api.Rest, MayFallBack: true),
        "rest" => new ApiChoice(Api.Rest, MayFallBack: false),
        "soap" => new ApiChoice(Api.Soap, MayFallBack: false),
        _ => throw new UsageException($"--api '{text}' is no interface; accepted are auto, rest and soap"),
    };
}
