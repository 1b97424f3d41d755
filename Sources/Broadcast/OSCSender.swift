import Dispatch
import FaceCore
import Glibc
import Synchronization

/// Sends every observation to every target that wants its face: encoded once for each wire format in use, then handed to each
/// target's socket.
///
/// liblo lays the packets out; their bytes go out on connected sockets of our own, since liblo's own sending allocates,
/// looks names up on the calling thread, and does not say which target refused. Numeric addresses are ready at once, names
/// are looked up in the background. A target that is not known, refuses or fails is counted and costs the others nothing.
///
/// `send` is for one thread, the pipeline's; `statuses` may be read from any.
package final class OSCSender: Sendable {
  /// Told once whenever a target's state changes, on the thread that found out; must not call the sender.
  package typealias StateChange = @Sendable (TargetStatus) -> Void

  /// After how long a name that was not found is looked up again, and one that was, as hosts move.
  private static let retrySeconds = 10.0
  private static let refreshSeconds = 60.0

  /// When the process made its first sender: the time on the wire goes on rising when a reload makes a new one.
  private static let start = monotonicSeconds()

  /// One face in one wire format.
  private struct Stream: Sendable {
    let identity: SchemaIdentity
    let face: Int
    var schema: any Schema
    /// The indices of the targets that it goes to.
    var links: [Int]
  }

  private struct State: Sendable {
    var streams: [Stream] = []
    var links: [TargetLink] = []
  }

  private let state: Mutex<State>
  private let batch = DatagramBatch()
  private let subscriptions: SubscriptionTable?
  private let onStateChange: StateChange

  /// - Parameter subscriptions: who else is sent each observation; a wire format that a target has too is encoded once.
  /// - Throws: ``BroadcastError`` for a port that does not exist or a message that cannot be laid out.
  package init(
    targets: [Target], subscriptions: SubscriptionTable? = nil, onStateChange: @escaping StateChange = { _ in }
  ) throws(BroadcastError) {
    var state = State()
    for (link, target) in targets.enumerated() {
      guard (1...65535).contains(target.port) else { throw .invalidPort(target.port) }
      state.links.append(TargetLink(target))
      let identity = SchemaIdentity(target.schema)
      for face in target.schema.faces(chosen: target.face) {
        if let index = state.streams.firstIndex(where: { $0.identity == identity && $0.face == face }) {
          state.streams[index].links.append(link)
        } else {
          let schema = try target.schema.makeSchema(face: face)
          state.streams.append(Stream(identity: identity, face: face, schema: schema, links: [link]))
        }
      }
    }
    self.state = Mutex(state)
    self.subscriptions = subscriptions
    self.onStateChange = onStateChange
    _ = Self.start
    for link in targets.indices { resolveNumeric(link) }
  }

  /// Sends a face's observation to every target that wants that face and has an address. Never blocks; allocates nothing.
  /// - Parameter ageSeconds: the time since the frame's capture.
  package func send(_ observation: FaceObservation, ageSeconds: Double, face: Int = 0) {
    let frame = BroadcastFrame(
      observation: observation, ageSeconds: ageSeconds, seconds: monotonicSeconds() - Self.start, face: face)
    state.withLock { state in
      for stream in state.streams.indices where state.streams[stream].face == face {
        state.streams[stream].schema.encode(frame)
        let datagrams = state.streams[stream].schema.datagrams
        for link in state.streams[stream].links {
          let before = state.links[link].status.state
          state.links[link].send(datagrams, batch: batch, seconds: frame.seconds)
          let status = state.links[link].status
          if status.state != before { onStateChange(status) }
        }
        subscriptions?.send(datagrams, of: state.streams[stream].identity, face: face)
      }
      subscriptions?.encodeRest(frame) { identity in
        state.streams.contains { $0.face == face && $0.identity == identity }
      }
    }
  }

  /// Whether there is anybody to send to: targets of the configuration or subscribers.
  package var hasListeners: Bool { state.withLock { !$0.links.isEmpty } || (subscriptions?.count ?? 0) > 0 }

  /// Seconds of CLOCK_MONOTONIC, which leases are counted in.
  package static var now: Double { monotonicSeconds() }

  /// Every target's state and counters, in the targets' order.
  package var statuses: [TargetStatus] { state.withLock { $0.links.map(\.status) } }

  private func resolveNumeric(_ link: Int) {
    let target = state.withLock { $0.links[link].status.target }
    let lookup = ResolvedAddress.look(up: target.host, port: target.port, numericOnly: true)
    if case .found = lookup { take(lookup, link) } else { resolveInBackground(target, link) }
  }

  private func resolveInBackground(_ target: Target, _ link: Int) {
    DispatchQueue.global().async { [weak self] in
      let lookup = ResolvedAddress.look(up: target.host, port: target.port, numericOnly: false)
      self?.take(lookup, link)
      var pause = Self.refreshSeconds
      if case .notFound = lookup { pause = Self.retrySeconds }
      DispatchQueue.global().asyncAfter(deadline: .now() + pause) { [weak self] in
        self?.resolveInBackground(target, link)
      }
    }
  }

  private func take(_ lookup: ResolvedAddress.Lookup, _ link: Int) {
    let changed: TargetStatus? = state.withLock { state in
      let before = state.links[link].status.state
      state.links[link].take(lookup, seconds: monotonicSeconds() - Self.start)
      let status = state.links[link].status
      return status.state == before ? nil : status
    }
    if let changed { onStateChange(changed) }
  }
}

/// Seconds of CLOCK_MONOTONIC.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
