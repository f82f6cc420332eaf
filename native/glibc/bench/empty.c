/* A function of a shared library that does nothing: what a call costs.  */

void *
empty (void *p)
{
  return p;
}
