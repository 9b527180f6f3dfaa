using Xunit.v3;

// Most of these tests wait for a deadline, a retry or a round of somebody else: twice as many at once as the machine of CI has cores.
[assembly: Parallelization(MaxThreads = 4)]
