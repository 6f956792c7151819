package wsdraft;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import wsdraft.Wsdraft.*;

/** The tables, each in a class of its own, so that no initialiser is too long for Java. */
final class Tables {
    private Tables() {}
