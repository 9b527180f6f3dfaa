return Ringfree.Monitoring.Plugin.Host.Run<Ringfree.Monitoring.Plugins.SansayHa.SansayHaCheck>(args);
