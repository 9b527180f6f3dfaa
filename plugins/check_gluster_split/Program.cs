return Ringfree.Monitoring.Plugin.Host.Run<Ringfree.Monitoring.Plugins.GlusterSplit.GlusterSplitCheck>(args);
