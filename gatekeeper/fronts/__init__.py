"""fronts: each speaks one protocol, builds an Envelope, and carries out the verdict. They decide nothing."""
