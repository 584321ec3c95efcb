// All a plugin author needs.
#pragma once

#include "leat/batch.hpp"
#include "leat/client.hpp"
#include "leat/component.hpp"
#include "leat/context.hpp"
#include "leat/doctor.hpp"
#include "leat/events.hpp"
#include "leat/http.hpp"
#include "leat/http_client.hpp"
#include "leat/plugin.hpp"
#include "leat/record.hpp"
#include "leat/result.hpp"
#include "leat/schema.hpp"
#include "leat/state.hpp"
#include "leat/transport.hpp"
#include "leat/xref.hpp"
