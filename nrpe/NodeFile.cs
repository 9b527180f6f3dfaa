using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>A file of a host's tree, and its place on the host.</summary>
/// <param name="Name">In the host's folder.</param>
/// <param name="Text">What it holds.</param>
/// <param name="Place">Where it is installed.</param>
/// <param name="Permissions">Its mode, here and there.</param>
internal sealed record NodeFile(string Name, string Text, string Place, UnixFileMode Permissions = GeneratedFile.Readable)
{
    internal string Mode => Convert.ToString((int)Permissions, toBase: 8).PadLeft(4, '0');

    internal GeneratedFile In(EstateHost host) => new($"{host.Name}/{Name}", Text, Permissions);
}
