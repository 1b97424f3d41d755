import Broadcast
import FaceCore
import Foundation
import RigMapping
import SignalFilters
import TestSupport
import Testing

/// Whatever comes out of the networks and whenever, faces go on the wire: filters, calibration, rig, prediction and every schema.
@Suite struct HostileWireTests {
  /// Numbers that are the same in every run.
  private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) ^ (state << 31)
    }
  }

  private static let numbers: [Float] = [.nan, .infinity, -.infinity, 1e30, -3, 0, 0.4, 1]
  /// Frames, repeats, time that goes backwards, pauses of five seconds.
  private static let steps = [1.0 / 30, 1.0 / 30, 1.0 / 60, 0, -0.02, -4, 0.2, 5]

  private static func face(at seconds: Double, _ random: inout Random) -> FaceObservation {
    func pick() -> Float { numbers.randomElement(using: &random)! }
    var face = FaceObservation.absent(at: CaptureTime(seconds: seconds))
    face.isPresent = Int.random(in: 0..<5, using: &random) > 0
    face.confidence = pick()
    for index in 0..<52 { face.weights[index] = pick() }
    face.pose = HeadPose(
      rotation: Quaternion(x: pick(), y: pick(), z: pick(), w: pick()), position: [pick(), pick(), pick()])
    face.gaze = Gaze(leftYaw: pick(), leftPitch: pick(), rightYaw: pick(), rightPitch: pick())
    return face
  }

  private static func configuration(_ random: inout Random) throws -> PersonalStage.Configuration {
    var configuration = PersonalStage.Configuration()
    configuration.mirror = Bool.random(using: &random)
    configuration.autoRange = Bool.random(using: &random)
    configuration.profile = RigProfile(
      name: "test",
      channels: [
        .init(name: "jawOpen", expression: try RigExpression("jawOpen / (1 - jawOpen)")),
        .init(name: "Turn", expression: try RigExpression("headYaw * 9 / gazeLeftYaw")),
      ])
    return configuration
  }

  @Test(arguments: [nil, 90.0]) func noNumberOnTheWireIsNone(outputHz: Double?) throws {
    var random = Random(state: 20_261_121)
    var schemas = try SchemaKind.allCases.compactMap { try $0.configuration?.makeSchema() }
    var settings = FilterBank.Configuration()
    settings.outputHz = outputHz
    var (bank, stage, predictor) = (try FilterBank(settings), PersonalStage(), OutputPredictor(settings))
    var (time, sent) = (0.0, 0)
    for index in 0..<500 {
      time += Self.steps.randomElement(using: &random)!
      if index % 40 == 0 { stage.reconfigure(try Self.configuration(&random)) }
      if index % 100 == 0 {
        settings.lids.oneEuro.beta = Double.random(in: 0...20, using: &random)
        settings.latencySeconds = Double.random(in: 0...0.2, using: &random)
        try bank.reconfigure(settings)
        predictor.reconfigure(settings, at: CaptureTime(seconds: time))
      }
      let face = stage.finish(bank.filter(stage.prepare(Self.face(at: time, &random))))
      predictor.take(face, at: CaptureTime(seconds: time + 0.02))
      let shown = try #require(predictor.observation(at: CaptureTime(seconds: time + 0.03)))
      for schema in schemas.indices {
        schemas[schema].encode(BroadcastFrame(observation: shown, ageSeconds: 0.01, seconds: Double(index) / 30))
        for packet in schemas[schema].datagrams.packets
        where packet.first == UInt8(ascii: "/") || packet.first == UInt8(ascii: "#") {
          for message in try PlainOSC.read(packet).messages {
            sent += 1
            #expect(message.numbers.allSatisfy { $0.isFinite }, "\(message)")
            let isWeight = message.address.contains("/blend/") || message.address.hasSuffix("/weights")
            if isWeight || message.address == "/VMC/Ext/Blend/Val" {
              #expect(message.numbers.allSatisfy { (0...1).contains($0) }, "\(message)")
            }
          }
        }
      }
    }
    #expect(sent > 50_000)
  }
}
