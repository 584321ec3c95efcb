// What the library file offers.
#include "leat/plugin.hpp"

#include "publisher.hpp"
#include "subscriber.hpp"

LEAT_PLUGIN("leat.file", LEAT_FILE_VERSION, "Leat",
            leat::subscriber<leat::file::Subscriber>("file", "File", "Reads records from NDJSON, JSON or CSV files."),
            leat::publisher<leat::file::Publisher>("file", "File",
                                                   "Appends records to NDJSON, JSON or CSV files, whole or not at "
                                                   "all."));
