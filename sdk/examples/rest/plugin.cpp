// A connector on four pages: what the library offers.
#include "client.hpp"
#include "publisher.hpp"
#include "subscriber.hpp"

LEAT_PLUGIN("example.rest", "1.0.0", "Leat",
            leat::http_client<RestClient>("rest", "REST", "A base URI and a Bearer token."),
            leat::subscriber<RestSubscriber>("rest", "REST", "Reads a list page by page."),
            leat::publisher<RestPublisher>("rest", "REST", "Writes records by POST or PUT."));
