return Ringfree.Monitoring.Plugin.Host.Run<Ringfree.Monitoring.Plugins.OverSsh.OverSshCheck>(args);
