return Ringfree.Monitoring.Plugin.Host.Run<Ringfree.Monitoring.Plugins.Openvz.OpenvzCheck>(args);
