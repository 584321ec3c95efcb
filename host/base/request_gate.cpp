#include "host/base/request_gate.hpp"

#include "host/base/host_state.hpp"

namespace leat::host {

GateInPlace::GateInPlace(HostState& host, RequestGate& gate) : host_(host) { host_.gate = &gate; }

GateInPlace::~GateInPlace() { host_.gate = nullptr; }

}  // namespace leat::host
