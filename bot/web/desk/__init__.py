"""The pages of agents, supervisors and operators."""
