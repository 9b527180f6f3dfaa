return Ringfree.Monitoring.Plugin.Host.Run<Ringfree.Monitoring.Plugins.Haproxy.HaproxyCheck>(args);
