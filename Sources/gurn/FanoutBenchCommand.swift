import ArgumentParser
import Broadcast
import FaceCore
import Foundation
import Glibc

/// `gurn bench fanout`: what many subscribers cost.
struct FanoutBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fanout",
    abstract: "Measures sending to 1, 10, 100 and 1000 subscribers on this host's loopback.",
    discussion: """
      Each subscriber is a socket that subscribes at a control port and counts what arrives. The cost is processor time of the \
      sending thread, which on loopback holds the kernel's delivery. A dead target is a configured one on a port that nobody \
      listens on. Status 1 if a datagram was lost.

      Example: gurn bench fanout --subscribers 1000 --schema vmc
      """)

  @Option(help: "How many subscribers; may be given more than once.") var subscribers: [Int] = [1, 10, 100, 1000]
  @Option(help: "Which schema; may be given more than once.") var schema = [SchemaKind.native, .vmc]
  @Option(help: "Frames a second.") var fps = 60.0
  @Option(help: "Seconds for each measurement, 1 to 600.") var seconds = 4.0

  func validate() throws {
    if let wrong = subscribers.first(where: { !(1...4096).contains($0) }) {
      throw ValidationError("--subscribers \(wrong): 1 to 4096")
    }
    if schema.contains(.template) { throw ValidationError("--schema template: a template needs its file") }
    guard (1...1000).contains(fps) else { throw ValidationError("--fps \(fps): 1 to 1000") }
    guard (1...600).contains(seconds) else { throw ValidationError("--seconds \(seconds): 1 to 600") }
  }

  func run() throws {
    Self.raiseDescriptorLimit()
    print("schema  subscribers    frames  datagrams  received  µs each  % of a core  late  dead target")
    var isLossy = false
    for schema in schema {
      for count in subscribers {
        let measurement = try FanoutMeasurement(subscribers: count, kind: schema)
        defer { measurement.stop() }
        let result = try measurement.run(Self.moving(Int(fps * seconds)), framesPerSecond: fps, deadTarget: true)
        print(line(schema, count, result))
        isLossy = isLossy || result.received != result.expected
      }
    }
    if isLossy { throw CommandFailure("datagrams were lost; is the machine busy with something else?") }
  }

  private func line(_ schema: SchemaKind, _ count: Int, _ result: FanoutMeasurement.Result) -> String {
    let dead = (result.medianWithDeadTarget / result.medianSeconds - 1) * 100
    return String(
      format: "%@ %11d %9d %10d %9d %8.2f %12.1f %5d %+11.2f %%",
      schema.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0), count, result.frames, result.expected,
      result.received,
      result.sendSeconds / Double(max(1, result.expected)) * 1e6,
      result.sendSeconds / (Double(result.frames) / fps) * 100, result.lateFrames, dead)
  }

  /// Frames in which every channel moves.
  private static func moving(_ count: Int) -> [FaceObservation] {
    (0..<count).map { frame in
      var observation = FaceObservation.absent(at: CaptureTime(seconds: Double(frame) / 60))
      observation.isPresent = true
      for channel in 0..<52 { observation.weights[channel] = abs(sin(Float(frame + channel) / 20)) }
      return observation
    }
  }

  /// A thousand sockets are more than a process may have unless it asks.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

extension SchemaKind: ExpressibleByArgument {}
