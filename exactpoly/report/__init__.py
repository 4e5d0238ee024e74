"""Results for people: tables in the terminal, JSON for programs, drawings of plane complexes."""
