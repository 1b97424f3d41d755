import FaceCore
import Foundation
import Glibc
import Synchronization

/// Measures what many subscribers cost: real ones on this host's loopback, which subscribe at a control port and count what
/// arrives, against a sender that is the daemon's own.
package final class FanoutMeasurement: Sendable {
  /// What was measured.
  package struct Result: Sendable {
    package var frames = 0
    /// Datagrams that should have arrived, and that did.
    package var expected = 0
    package var received = 0
    /// Processor time of the sending thread, seconds; on loopback that holds the kernel's delivery to every receiver.
    package var sendSeconds = 0.0
    /// Frames that were sent later than a whole period after their time.
    package var lateFrames = 0
    /// Median processor time of a frame without and with a target on a port that nobody listens on, seconds.
    package var medianSeconds = 0.0
    package var medianWithDeadTarget = 0.0
  }

  private let ears: [UDPSocket]
  private let table: SubscriptionTable
  private let control: ControlPort
  private let received = Mutex(0)
  private let isOver = Mutex(false)
  private let schema: SchemaConfiguration

  /// Subscribes so many to a schema with its defaults.
  /// - Throws: ``BroadcastError`` if there are not enough sockets or a subscription fails.
  package init(subscribers: Int, kind: SchemaKind) throws(BroadcastError) {
    schema = kind.configuration ?? .native(.init())
    var configuration = ControlConfiguration()
    configuration.port = 0
    configuration.maxSubscribers = subscribers
    table = SubscriptionTable(limit: subscribers)
    let control = try ControlPort(configuration, table: table, status: { "{}" }, onCommand: { _ in .refused("") })
    self.control = control
    do throws(BroadcastError) {
      ears = try Self.openEars(subscribers, subscribedTo: kind.rawValue, at: control.port)
    } catch {
      control.stop()
      throw error
    }
  }

  private static func openEars(
    _ count: Int, subscribedTo schema: String, at port: Int
  ) throws(BroadcastError) -> [UDPSocket] {
    guard case .found(let host) = ResolvedAddress.look(up: "127.0.0.1", port: 0, numericOnly: true),
      let request = OSCPacket.bytes("/gurn/subscribe", [.string(schema)])
    else { throw .cannotListen(port: port, reason: "there is no loopback") }
    var controlAddress = host
    controlAddress.port = port
    var ears: [UDPSocket] = []
    var buffer = [UInt8](repeating: 0, count: 2048)
    for index in 0..<count {
      do throws(UDPSocket.Failure) { ears.append(try UDPSocket(boundTo: host)) } catch {
        throw .cannotListen(port: 0, reason: "socket \(index + 1) of \(count): \(error.reason)")
      }
      ears[index].send(request, to: controlAddress)
      var event = pollfd(fd: ears[index].descriptor, events: Int16(POLLIN), revents: 0)
      poll(&event, 1, 5000)
      let answer = buffer.withUnsafeMutableBytes { bytes in
        ears[index].receive(into: bytes).flatMap {
          try? OSCReader.read(UnsafeRawBufferPointer(rebasing: bytes[..<$0.count]))
        }
      }
      guard answer?.first?.address == "/gurn/done" else {
        throw .cannotListen(port: port, reason: "subscriber \(index + 1) of \(count) was not taken: \(answer ?? [])")
      }
      // What other programs send to the port is not counted.
      do throws(UDPSocket.Failure) { try ears[index].connect(to: controlAddress) } catch {
        throw .cannotListen(port: port, reason: "socket \(index + 1) of \(count): \(error.reason)")
      }
    }
    return ears
  }

  /// Sends so many frames at a rate, and with `deadTarget` every second one also to a port that nobody listens on.
  package func run(_ observations: [FaceObservation], framesPerSecond: Double, deadTarget: Bool) throws -> Result {
    let counting = Thread { [self] in count() }
    counting.start()
    let alone = try OSCSender(targets: [], subscriptions: table)
    let withDead = try OSCSender(targets: deadTarget ? [try Self.deadTarget(schema)] : [], subscriptions: table)
    // A frame for what is laid out and allocated once.
    var result = Result()
    for sender in [alone, withDead] { sender.send(observations[0], ageSeconds: 0) }
    var costs: [[Double]] = [[], []]
    var lastRenewal = 0.0
    let start = monotonicSeconds() + 0.05
    for (index, observation) in observations.enumerated() {
      let due = start + Double(index) / framesPerSecond
      Self.sleep(until: due)
      if monotonicSeconds() - due > 1 / framesPerSecond { result.lateFrames += 1 }
      if monotonicSeconds() - lastRenewal > 2 {
        lastRenewal = monotonicSeconds()
        table.renewAll(now: lastRenewal)
      }
      let begin = Self.threadSeconds()
      (index % 2 == 0 ? alone : withDead).send(observation, ageSeconds: 0)
      costs[index % 2].append(Self.threadSeconds() - begin)
    }
    result.frames = observations.count
    result.sendSeconds = costs[0].reduce(0, +) + costs[1].reduce(0, +)
    result.medianSeconds = costs[0].sorted()[costs[0].count / 2]
    if deadTarget, !costs[1].isEmpty { result.medianWithDeadTarget = costs[1].sorted()[costs[1].count / 2] }
    result.expected = table.datagramCount
    let patience = monotonicSeconds() + 5
    while received.withLock({ $0 }) < result.expected, monotonicSeconds() < patience {
      Self.sleep(until: monotonicSeconds() + 0.01)
    }
    result.received = received.withLock { $0 }
    return result
  }

  /// Ends listening; nothing is sent afterwards.
  package func stop() {
    isOver.withLock { $0 = true }
    control.stop()
  }

  /// Counts what arrives until the end: every subscriber reads what has come once a frame, as renderers do.
  private func count() {
    var buffer = [UInt8](repeating: 0, count: 2048)
    while !isOver.withLock({ $0 }) {
      var arrived = 0
      for ear in ears {
        while recv(ear.descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)) >= 0 { arrived += 1 }
      }
      received.withLock { $0 += arrived }
      Self.sleep(until: monotonicSeconds() + 0.01)
    }
  }

  /// A port of this host that nobody listens on: one that was just given back.
  private static func deadTarget(_ schema: SchemaConfiguration) throws(BroadcastError) -> Target {
    guard case .found(let host) = ResolvedAddress.look(up: "127.0.0.1", port: 0, numericOnly: true),
      let port = (try? UDPSocket(boundTo: host))?.localAddress?.port
    else { throw .cannotListen(port: 0, reason: "there is no loopback") }
    return Target(port: port, schema: schema)
  }

  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func sleep(until moment: Double) {
    let left = moment - monotonicSeconds()
    guard left > 0 else { return }
    var time = timespec(tv_sec: Int(left), tv_nsec: Int((left - left.rounded(.down)) * 1e9))
    nanosleep(&time, nil)
  }
}
