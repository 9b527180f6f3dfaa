using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Plugins;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>Estates that must be accepted with the checks of the suite.</summary>
internal static class AcceptedEstate
{
    internal static EstateModel Of(string text)
    {
        var problems = new Problems();
        EstateModel? estate = EstateModel.Parse(text, "estate.toml", Catalogue.Checks, problems);
        Assert.True(estate is not null, problems.ToString());
        return estate;
    }

    internal static EstateModel At(string path)
    {
        var problems = new Problems();
        EstateModel? estate = EstateModel.Load(path, Catalogue.Checks, problems);
        Assert.True(estate is not null, problems.ToString());
        return estate;
    }
}
