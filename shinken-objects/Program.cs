return Ringfree.Monitoring.ShinkenObjects.SchedulerObjects.Generator.Run(Ringfree.Monitoring.Plugins.Catalogue.Checks, args);
