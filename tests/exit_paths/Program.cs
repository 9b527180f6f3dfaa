return Ringfree.Monitoring.Plugin.Host.Run<Ringfree.Monitoring.Tests.ExitPaths.ExitPathsCheck>(args);
