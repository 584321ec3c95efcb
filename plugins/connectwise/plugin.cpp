// What this library offers: ConnectWise PSA to read from, to write to, and as an HTTP client.
#include "leat/plugin.hpp"

#include "plugins/connectwise/catalog/catalog_extension.hpp"
#include "plugins/connectwise/client/client.hpp"
#include "plugins/connectwise/reading/subscriber.hpp"
#include "plugins/connectwise/writing/publisher.hpp"

LEAT_PLUGIN(
    "leat.connectwise", LEAT_CONNECTWISE_VERSION, "Leat",
    leat::http_client<leat::connectwise::HttpClient>("connectwise", "ConnectWise PSA",
                                                     "Address and keys of one ConnectWise PSA."),
    leat::subscriber<leat::connectwise::Subscriber>("connectwise", "ConnectWise PSA", "Reads an entity, page by page."),
    leat::publisher<leat::connectwise::Publisher>("connectwise", "ConnectWise PSA",
                                                  "Creates, replaces, changes or deletes records of an entity."),
    leat::Extension{LEAT_CATALOG_EXTENSION, &leat::connectwise::catalog_extension()});
