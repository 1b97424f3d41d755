import FaceCore
import Foundation
import Glibc
import Synchronization

/// Publishes faces to an MQTT broker from a thread of its own: a topic a face, and a retained one with `online`, which the broker
/// itself makes `offline` where the daemon is gone without a word (MQTT 3.1.1, section 3.1.2.5, "Will Flag").
///
/// The frame path leaves frames in ``FaceSlots`` and goes on. While the broker is away or slow the newest frame of each face
/// waits and nothing queues up. The thread connects anew by itself, after one second at first and eight at most.
package final class MQTTPublisher: Sendable {
  /// How the connection stands; told on the publisher's thread whenever it changes.
  package enum Event: Equatable, Sendable {
    case connected
    /// Not connected, and why; it is tried again.
    case waiting(reason: String)
  }

  private struct State {
    var isStopping = false
    var event: Event?
    var publishedFrames = 0
  }

  /// How long the end waits for the broker to take the last words, seconds.
  private static let farewellSeconds = 1.0

  package let broker: BrokerAddress
  private let slots = FaceSlots()
  private let bell: Doorbell
  private let state = Mutex(State())
  private let hasEnded = DispatchSemaphore(value: 0)
  private let onEvent: @Sendable (Event) -> Void

  /// Starts the thread; nil where the process has no descriptor left for it (`errno`).
  package init?(_ broker: BrokerAddress, onEvent: @escaping @Sendable (Event) -> Void) {
    guard let bell = Doorbell() else { return nil }
    (self.broker, self.bell, self.onEvent) = (broker, bell, onEvent)
    let thread = Thread { [self] in
      run()
      hasEnded.signal()
    }
    thread.name = "gurn-mqtt"
    thread.start()
  }

  /// Leaves a frame for the broker. Any thread; waits for nobody and allocates nothing.
  /// - Parameters:
  ///   - ageSeconds: the time between the frame's capture and its sending.
  ///   - face: 0…3.
  package func publish(_ observation: FaceObservation, ageSeconds: Double, face: Int = 0) {
    if slots.put(observation, captured: Self.now() - ageSeconds, face: face) { bell.ring() }
  }

  /// Publishes what waits, then `offline`, and ends the thread. Returns when that is done, or after two seconds where a broker's
  /// name is still being looked up: the thread then ends by itself.
  package func stop() {
    state.withLock { $0.isStopping = true }
    bell.ring()
    _ = hasEnded.wait(timeout: .now() + 2)
  }

  /// Such as `broker.local:1883 (gurn/anna): connected, 123 frames`.
  package var status: String {
    let (event, frames) = state.withLock { ($0.event, $0.publishedFrames) }
    let words =
      switch event {
      case nil: "connecting"
      case .connected: "connected"
      case .waiting(let reason): reason
      }
    return "\(broker.place) (\(broker.prefix)/\(broker.actor)): \(words), \(frames) frames"
  }

  /// Frames that were replaced by newer ones before the broker was ready for them.
  var replacedFrames: Int { slots.replaced }

  private var isStopping: Bool { state.withLock { $0.isStopping } }

  private func run() {
    var message = FaceMessage()
    var pause = 1.0
    while !isStopping {
      do throws(BrokerError) {
        let connection = try BrokerConnection(to: broker)
        try accept(connection)
        pause = 1
        try serve(connection, &message)
        try part(from: connection, &message)
      } catch {
        tell(.waiting(reason: error.description))
        rest(seconds: pause)
        pause = min(8, 2 * pause)
      }
    }
  }

  /// Waits for the broker's word, and says that the actor is there.
  private func accept(_ connection: BrokerConnection) throws(BrokerError) {
    while !connection.isAccepted {
      guard !isStopping else { return }
      bell.wait(orFor: connection.socket, writing: connection.isBusy, milliseconds: 500)
      try connection.step()
    }
    try connection.retain("online", at: broker.statusTopic)
    tell(.connected)
  }

  /// Publishes until the end, or until the connection is lost.
  private func serve(_ connection: BrokerConnection, _ message: inout FaceMessage) throws(BrokerError) {
    while !isStopping {
      try connection.step()
      try publishWaiting(connection, &message)
      // What waits while the socket is full is woken by the socket, everything else by the bell.
      bell.wait(orFor: connection.socket, writing: connection.isBusy, milliseconds: 1000)
    }
  }

  private func publishWaiting(_ connection: BrokerConnection, _ message: inout FaceMessage) throws(BrokerError) {
    for face in 0..<FaceSlots.count {
      guard !connection.isBusy else { return }
      guard let waiting = slots.take(face) else { continue }
      let age = Self.now() - waiting.captured
      let payload = message.encode(waiting.face, ageSeconds: age, unixSeconds: Date().timeIntervalSince1970 - age)
      try connection.publish(payload, to: broker.faceTopic(face))
      state.withLock { $0.publishedFrames += 1 }
    }
  }

  /// The last frame, `offline`, and good-bye, each only as far as the broker takes it in time.
  private func part(from connection: BrokerConnection, _ message: inout FaceMessage) throws(BrokerError) {
    guard connection.isAccepted else { return }
    let deadline = ContinuousClock.now + .seconds(Self.farewellSeconds)
    func step(until isDone: () throws(BrokerError) -> Bool) throws(BrokerError) {
      while try !isDone(), ContinuousClock.now < deadline {
        bell.wait(orFor: connection.socket, writing: connection.isBusy, milliseconds: 100)
        try connection.step()
      }
    }
    try step { () throws(BrokerError) in
      try publishWaiting(connection, &message)
      return slots.isEmpty && !connection.isBusy
    }
    let word = try connection.retain("offline", at: broker.statusTopic)
    try step { () throws(BrokerError) in connection.isAcknowledged(word) }
    connection.disconnect()
  }

  private func rest(seconds: Double) {
    let end = ContinuousClock.now + .seconds(seconds)
    while !isStopping, ContinuousClock.now < end {
      bell.wait(orFor: -1, writing: false, milliseconds: Int32(seconds * 1000))
    }
  }

  /// CLOCK_MONOTONIC in seconds.
  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func tell(_ event: Event) {
    let isNew = state.withLock { state in
      defer { state.event = event }
      return state.event != event
    }
    if isNew { onEvent(event) }
  }
}
