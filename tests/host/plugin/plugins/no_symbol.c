/* A library, but not one of ours. */
int unrelated(void);
int unrelated(void) { return 1; }
