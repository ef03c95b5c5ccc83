"""Kills, crashes and a channel of bad manners around real processes; and a judge who counts what became of it all."""
