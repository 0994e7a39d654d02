"""A million comments on one page: what reading, voting, writing and opening them costs, and beside it Isso."""
