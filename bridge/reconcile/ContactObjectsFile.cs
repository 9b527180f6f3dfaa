namespace Ringfree.Monitoring.Bridge;

/// <summary>Nagios' objects.cache with the name of our contact.</summary>
internal sealed class ContactObjectsFile(string path, string contact)
{
    /// <inheritdoc cref="ContactObjects.Parse"/>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ContactObjects Read(Func<string, string, bool> isWanted)
    {
        using FileStream stream = File.OpenRead(path);
        return ContactObjects.Parse(stream, contact, isWanted);
    }
}
