using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Reads what the judged concerns need. The database is asked whenever it may be: only its answer tells a frozen sniffer from one that
/// waits for it.
/// </summary>
internal static class ServerProbe
{
    internal static ServerReading Read(IWorld world, VoipmonSettings settings)
    {
        DatabaseReading? database = null;
        if (settings.DatabaseOptions is not null)
        {
            DatabaseProbe probe = new(settings);
            database = probe.Read(world.Ask(probe.Question));
        }

        ManagerReading manager = ManagerProbe.Read(world, settings.Manager, settings.Judges(VoipmonCheck.Sensors));
        SpoolReading? spool = settings.Spool is { } path && (settings.Judges(VoipmonCheck.Spool) || settings.Judges(VoipmonCheck.Database)) ? SpoolProbe.Read(world, path) : null;
        return new ServerReading(manager, database, spool);
    }
}
