// What the library transform offers: changes of records, one operation per component.
#include "leat/plugin.hpp"

#include "edit.hpp"
#include "filter.hpp"
#include "map.hpp"

LEAT_PLUGIN("leat.transform", LEAT_TRANSFORM_VERSION, "Leat",
            leat::transformer<leat::transform::Map>("map", "Map", "Makes a new document from templates."),
            leat::transformer<leat::transform::Filter>("filter", "Filter",
                                                       "Lets only records go on for which a condition holds."),
            leat::transformer<leat::transform::Set>("set", "Set", "Sets values at paths."),
            leat::transformer<leat::transform::Remove>("remove", "Remove", "Removes the values at paths."),
            leat::transformer<leat::transform::Move>("move", "Move", "Moves a value from one path to another."),
            leat::transformer<leat::transform::Copy>("copy", "Copy", "Copies a value from one path to another."));
