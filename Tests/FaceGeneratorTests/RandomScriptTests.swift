import FaceCore
import Foundation
import Testing

@testable import FaceGenerator

@Suite struct RandomScriptTests {
  static let length = 48.0

  private func moments(_ seed: UInt64, leaves: Bool = false) -> [SessionScript.Moment] {
    let script = RandomScript(seed: seed, seconds: Self.length, leaves: leaves)
    return (0..<Int(Self.length * 30)).map { script.moment(Double($0) / 30) }
  }

  @Test(arguments: SessionPlan.report)
  func everyChannelMovesAloneAndInCompany(plan: SessionPlan) {
    let seed = plan.seed
    let script = RandomScript(seed: seed, seconds: plan.seconds, leaves: plan.leaves)
    // What the camera sees of it.
    let moments = (0..<Int(plan.seconds * 30)).map { script.moment(Double($0) / 30) }.filter { $0.absence == 0 }
    /// What is the expression's business beside the channel itself: not lids, looks, and what the channel can't be without.
    func others(_ channel: Blendshape, _ weights: BlendshapeWeights) -> Float {
      let free: Set<Blendshape> = channel == .tongueOut || channel == .mouthClose ? [.jawOpen] : []
      return RandomScript.alone.filter { $0 != channel && !free.contains($0) }.map { weights[$0] }.max() ?? 0
    }
    for channel in Blendshape.allCases {
      #expect((moments.map { $0.weights[channel] }.max() ?? 0) > 0.4, "\(channel.name) of seed \(seed) hardly moves")
    }
    for channel in RandomScript.alone {
      #expect(
        moments.contains { $0.weights[channel] > 0.4 && others(channel, $0.weights) < 0.1 },
        "\(channel.name) of seed \(seed) is never alone")
    }
    let crowded = moments.count { moment in RandomScript.alone.count { moment.weights[$0] > 0.2 } >= 4 }
    #expect(crowded > 60, "combinations")
  }

  @Test func blinksLastAsLongAsPeoplesDo() {
    let script = RandomScript(seed: 3, seconds: Self.length, leaves: false)
    #expect(script.blinks.count >= 8)
    for blink in script.blinks {
      #expect((0.1...0.401).contains(blink.attack + blink.hold + blink.release), "a blink's length")
    }
  }

  @Test func movesAreSmooth() {
    for seed in SessionPlan.report.prefix(3).map(\.seed) {
      let moments = moments(seed)
      for (a, b) in zip(moments, moments.dropFirst()) {
        #expect(abs(a.yaw - b.yaw) < 0.06 && abs(a.pitch - b.pitch) < 0.06 && abs(a.roll - b.roll) < 0.06)
        // A wide eye lets go as fast as its lid comes down.
        for channel in RandomScript.alone where channel != .eyeWideLeft && channel != .eyeWideRight {
          #expect(abs(a.weights[channel] - b.weights[channel]) < 0.5, "\(channel.name) jumps")
        }
      }
      #expect(moments.contains { $0.yaw > 0.35 } && moments.contains { $0.yaw < -0.35 }, "turns to both sides")
      #expect(moments.map(\.exposure).max()! - moments.map(\.exposure).min()! > 0.2, "the light changes")
    }
  }

  @Test func thePersonLeavesOnlyWhenAsked() {
    #expect(moments(1).allSatisfy { $0.absence == 0 })
    let moments = moments(1, leaves: true)
    #expect(moments.contains { $0.absence == 1 } && moments.first?.absence == 0 && moments.last?.absence == 0)
  }

  @Test func theSameSeedGivesTheSameAndAnotherAnother() {
    let (first, again, other) = (moments(5), moments(5), moments(6))
    #expect(zip(first, again).allSatisfy { $0.weights == $1.weights && $0.yaw == $1.yaw })
    #expect(zip(first, other).contains { $0.yaw != $1.yaw })
  }

  @Test func trainingNeverSeesTheTexturesOfSessions() {
    let skins = ["001_03", "f_a", "f_b", "m_a", "m_b", "002_03"].map {
      SkinTexture(
        name: $0, colour: .zero, group: "", identity: [], isComposite: $0.hasPrefix("f_") || $0.hasPrefix("m_"))
    }
    let (sessions, training) = (HeldOutSkins.sessions(skins), HeldOutSkins.training(skins))
    #expect(sessions == [1, 4])
    #expect(training == [0, 2, 3, 5])
    let sampler = FaceSceneSampler(
      stock: .init(skins: skins, harmonics: [[SIMD3<Float>](repeating: [1, 1, 1], count: 9)]), skins: training)
    var random = RandomSource(seed: 1)
    for _ in 0..<200 {
      let layers = sampler.person(&random).skinLayers
      #expect(training.contains(layers.first) && training.contains(layers.second))
    }
  }

  @Test func doubtfulFramesAreMarked() {
    var table = TruthTable(marksDoubt: true)
    table.append(SessionTruth(seconds: 0, weights: .neutral, rotation: .identity, window: nil, isCertain: false))
    let lines = table.text.split(separator: "\n")
    #expect(lines[0].hasSuffix(",tongueOut,ref_ok") && lines[1].hasSuffix(",0"))
    #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 64 })
  }

  @Test func theCameraAddsNoiseAndNothingElse() {
    let grey = Picture(width: 64, height: 48, bytes: [UInt8](repeating: 100, count: 64 * 48 * 4))
    var clean = SessionCamera(.clean, seed: 1)
    #expect(clean.picture(grey).bytes == grey.bytes)
    var noisy = SessionCamera(.init(blur: 0, noise: 4, gamma: 1, quality: nil), seed: 1)
    let first = noisy.picture(grey).bytes.map(Double.init)
    let values = stride(from: 0, to: first.count, by: 4).map { first[$0] }
    let mean = values.reduce(0, +) / Double(values.count)
    let deviation = (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)).squareRoot()
    #expect(abs(mean - 100) < 0.5 && abs(deviation - 4) < 0.4)
    #expect(noisy.picture(grey).bytes.map(Double.init) != first, "the next frame has other noise")
  }
}
