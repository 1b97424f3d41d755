import FaceCore
import Glibc

/// One target's socket and counters.
struct TargetLink: Sendable {
  /// How long a host has to be silent before a refusal counts as past, seconds.
  private static let refusalSeconds = 2.0

  /// How long to wait before a socket that failed is made anew, seconds: a network may not be up yet or may have changed.
  private static let reconnectSeconds = 1.0

  private(set) var status: TargetStatus
  private var address: ResolvedAddress?
  private var socket: UDPSocket?
  private var lastRefusal = 0.0
  private var lastConnect = 0.0

  init(_ target: Target) { status = TargetStatus(target: target, state: .resolving) }

  mutating func take(_ lookup: ResolvedAddress.Lookup, seconds: Double) {
    switch lookup {
    case .notFound(let reason): status.state = .unresolvable(reason: reason)
    case .found(let address):
      self.address = address
      connect(to: address, seconds: seconds)
    }
  }

  /// Sends a frame's datagrams; `seconds` is the sender's time.
  mutating func send(_ datagrams: DatagramSet, seconds: Double) {
    if socket == nil, let address, seconds - lastConnect >= Self.reconnectSeconds {
      connect(to: address, seconds: seconds)
    }
    guard let socket else {
      status.lostDatagrams += datagrams.count
      return
    }
    var failure: Int32?
    datagrams.forEach { datagram in
      switch socket.send(datagram) {
      case .sent: status.sentDatagrams += 1
      case .refused:
        status.sentDatagrams += 1
        status.refusals += 1
        lastRefusal = seconds
      case .failed(let code):
        status.lostDatagrams += 1
        failure = code
      }
    }
    update(failure: failure, seconds: seconds)
  }

  private mutating func connect(to address: ResolvedAddress, seconds: Double) {
    lastConnect = seconds
    socket = UDPSocket(address: address)
    if socket == nil { fail(with: errno) } else { status.state = .sending }
  }

  private mutating func fail(with code: Int32) {
    if case .failing = status.state { return }
    status.state = .failing(reason: String(cString: strerror(code)))
  }

  private mutating func update(failure: Int32?, seconds: Double) {
    // A full socket buffer costs its datagram and says nothing of the target.
    if let failure, failure != EAGAIN {
      fail(with: failure)
      socket = nil
      lastConnect = seconds
    } else if status.refusals > 0 && seconds - lastRefusal < Self.refusalSeconds {
      status.state = .refused
    } else {
      status.state = .sending
    }
  }
}
