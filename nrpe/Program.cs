return Ringfree.Monitoring.NrpeConfig.NodeConfig.Generator.Run(Ringfree.Monitoring.Plugins.Catalogue.Checks, args);
