return Ringfree.Monitoring.Plugin.Host.Run<Ringfree.Monitoring.Plugins.Voipmon.VoipmonCheck>(args);
