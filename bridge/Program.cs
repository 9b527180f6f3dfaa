return Ringfree.Monitoring.Bridge.CommandLine.Run(args);
