return Ringfree.Monitoring.Plugin.Host.Run<Ringfree.Monitoring.Plugins.OverSsh.OverSshRelay>(args);
