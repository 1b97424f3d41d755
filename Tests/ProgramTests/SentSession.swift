import Broadcast
import Foundation
import Synchronization
import Testing

/// What gurnd sent of a session, heard beside a tool, frame by frame.
final class SentSession: Sendable {
  struct Frame {
    /// The native schema's `time` or VMC's `T`, seconds.
    var time = 0.0
    /// By ARKit name.
    var weights: [String: Double] = [:]
    /// The head's rotation in the native frame, x, y, z, w.
    var rotation = SIMD4<Double>(0, 0, 0, 1)
    fileprivate var neck = SIMD4<Double>(0, 0, 0, 1)
  }

  private struct State {
    var arriving = Frame()
    var frames: [Frame] = []
  }

  private final class Memory: Sendable {
    let state = Mutex(State())
  }

  private let memory = Memory()
  private let receiver: OSCReceiver

  var port: Int { receiver.port }
  var frames: [Frame] { memory.state.withLock { $0.frames } }

  init() throws {
    receiver = try OSCReceiver(port: 0) { [memory] address, arguments in
      memory.state.withLock { state in
        if Self.take(address, arguments, into: &state.arriving) { state.frames.append(state.arriving) }
      }
    }
  }

  /// Takes a message in; true when it was a frame's last.
  private static func take(_ address: String, _ arguments: [OSCArgument], into frame: inout Frame) -> Bool {
    let numbers = arguments.compactMap(\.number)
    let blend = "/gurn/face/0/blend/"
    switch address {
    case _ where address.hasPrefix(blend): frame.weights[String(address.dropFirst(blend.count))] = numbers[0]
    case "/gurn/face/0/rotation": frame.rotation = SIMD4(numbers[0], numbers[1], numbers[2], numbers[3])
    case "/gurn/face/0/time":
      frame.time = numbers[0]
      return true
    case "/VMC/Ext/T": frame.time = numbers[0]
    case "/VMC/Ext/Blend/Val":
      guard case .string(let name)? = arguments.first else { return false }
      frame.weights[name.prefix(1).lowercased() + name.dropFirst()] = numbers[0]
    case "/VMC/Ext/Bone/Pos":
      // Unity's axes are the mirror image in x (VMC specification).
      let turn = SIMD4(numbers[3], -numbers[4], -numbers[5], numbers[6])
      if arguments.first == .string("Neck") { frame.neck = turn } else { frame.rotation = product(frame.neck, turn) }
    case "/VMC/Ext/Blend/Apply": return true
    default: break
    }
    return false
  }
}

/// First `b`, then `a`; x, y, z, w.
private func product(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> SIMD4<Double> {
  SIMD4(
    a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y, a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
    a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w, a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z)
}

/// A frame as a tool showed it: a line of JSON.
struct ShownFrame: Decodable {
  var time: Double
  var weights: [String: Double]
  /// Where the direction out of the face points, in the tool's axes.
  var forward: [Double]?
  /// Where the top of the head points, in the tool's axes.
  var up: [Double]?
  /// The keyframe of jawOpen at this moment, where the tool records.
  var recorded: Double?

  static func read(_ path: String) throws -> [ShownFrame] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .map { try JSONDecoder().decode(ShownFrame.self, from: Data($0.utf8)) }
  }
}

/// Holds what a tool showed against what was sent, and what was sent against the session's truth.
struct SessionCheck {
  let sent: [SentSession.Frame]
  let shown: [ShownFrame]

  /// - Parameter axes: a direction of the native frame in the tool's axes.
  func verify(frames: Int, axes: (SIMD3<Double>) -> SIMD3<Double> = { $0 }) throws {
    #expect(shown.count >= frames)
    var worst = (weight: 0.0, direction: 0.0, recorded: 0.0)
    var expressive = 0
    var turned = 0
    for frame in shown {
      // The text of a tool may round the moment; frames lie 33 ms apart.
      let original = try #require(
        sent.first { abs($0.time - frame.time) < 1e-4 }, "a frame at \(frame.time) was not sent")
      #expect(frame.weights.count == 52)
      for (name, value) in original.weights {
        worst.weight = max(worst.weight, abs(value - (frame.weights[name] ?? .infinity)))
        if value > 0.4 { expressive += 1 }
      }
      for (direction, shown) in [(SIMD3<Double>(0, 0, 1), frame.forward), (SIMD3<Double>(0, 1, 0), frame.up)] {
        guard let shown else { continue }
        let expected = axes(Self.rotate(direction, by: original.rotation))
        worst.direction = max(worst.direction, (0..<3).map { abs(expected[$0] - shown[$0]) }.max() ?? 0)
      }
      if abs(original.rotation.w) < cos(0.03) { turned += 1 }
      if let recorded = frame.recorded {
        worst.recorded = max(worst.recorded, abs(recorded - (original.weights["jawOpen"] ?? .infinity)))
      }
    }
    #expect(worst.weight < 1e-5 && worst.direction < 1e-4 && worst.recorded < 1e-3, "\(worst)")
    #expect(expressive > frames / 12 && turned > frames / 12, "the session moved too little: \(expressive), \(turned)")
  }

  /// What the tool showed is the session: its speech and blinks at their moments.
  func verifyTruth(of session: String) throws {
    let truth = try SessionTruth(session)
    let correlation = try truth.bestCorrelation(of: shown, weights: ["jawOpen", "eyeBlinkLeft", "mouthSmileLeft"])
    // As good as the networks read the session; a wrong channel or side would be far below.
    #expect(correlation > 0.7)
  }

  private static func rotate(_ v: SIMD3<Double>, by q: SIMD4<Double>) -> SIMD3<Double> {
    func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
    let u = SIMD3(q.x, q.y, q.z)
    let t = 2 * cross(u, v)
    return v + q.w * t + cross(u, t)
  }
}
