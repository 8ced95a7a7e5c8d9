"""The demo workspace: believable rows with dates around today, and a few publishers on this machine to check links on."""
