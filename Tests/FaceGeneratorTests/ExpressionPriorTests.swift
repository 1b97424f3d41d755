import FaceCore
import FaceGenerator
import Testing

@Suite struct ExpressionPriorTests {
  private static let draws: [ExpressionPrior.Draw] = {
    var random = RandomSource(seed: 7)
    let prior = ExpressionPrior()
    return (0..<20_000).map { _ in prior.draw(&random) }
  }()

  @Test func everyChannelIsActiveOftenEnoughToBeLearned() {
    for channel in Blendshape.allCases {
      let active = Self.draws.count { $0.weights[channel] > 0.3 }
      let share = Double(active) / Double(Self.draws.count)
      #expect(share >= 0.04, "\(channel.name) is above 0.3 in \(share * 100) % of the draws")
    }
  }

  @Test func aQuarterIsNearNeutral() {
    let still = Self.draws.count { draw in
      Blendshape.allCases.allSatisfy { draw.weights[$0] < 0.2 || "\($0)".hasPrefix("eye") }
    }
    let share = Double(still) / Double(Self.draws.count)
    #expect((0.18...0.4).contains(share), "\(share * 100) %")
  }

  @Test func noDrawIsImpossible() {
    for draw in Self.draws {
      let w = draw.weights
      #expect(w[.mouthClose] <= w[.jawOpen])
      for (a, b) in Self.exclusive { #expect(w[a] * w[b] == 0, "\(a) \(w[a]) with \(b) \(w[b])") }
      #expect(w[.tongueOut] == 0 || w[.jawOpen] >= 0.2)
      #expect((0..<52).allSatisfy { (0...1).contains(w[$0]) })
    }
  }

  @Test func winksAreOneSidedInOneOfTen() {
    let winks = Self.draws.count { abs($0.weights[.eyeBlinkLeft] - $0.weights[.eyeBlinkRight]) > 0.35 }
    let share = Double(winks) / Double(Self.draws.count)
    #expect((0.06...0.13).contains(share), "\(share * 100) %")
  }

  @Test func lookChannelsFollowTheEyeballs() {
    for draw in Self.draws.prefix(2000) {
      let (w, gaze) = (draw.weights, draw.gaze)
      #expect(abs(w[.eyeLookOutLeft] - w[.eyeLookInLeft] - gaze.leftYaw / ExpressionPrior.gazeYawAtOne) < 1e-5)
      #expect(abs(w[.eyeLookInRight] - w[.eyeLookOutRight] - gaze.rightYaw / ExpressionPrior.gazeYawAtOne) < 1e-5)
      #expect(abs(w[.eyeLookUpLeft] - w[.eyeLookDownLeft] - gaze.leftPitch / ExpressionPrior.gazePitchAtOne) < 1e-5)
    }
  }

  @Test func theSameSeedDrawsTheSame() {
    var (a, b, c) = (RandomSource(seed: 3, index: 9), RandomSource(seed: 3, index: 9), RandomSource(seed: 3, index: 10))
    let prior = ExpressionPrior()
    let first = prior.draw(&a)
    #expect(first.weights == prior.draw(&b).weights)
    #expect(first.weights != prior.draw(&c).weights)
  }

  private static let exclusive: [(Blendshape, Blendshape)] = [
    (.eyeBlinkLeft, .eyeWideLeft), (.eyeBlinkRight, .eyeWideRight), (.jawLeft, .jawRight), (.mouthLeft, .mouthRight),
    (.eyeLookUpLeft, .eyeLookDownLeft), (.eyeLookInRight, .eyeLookOutRight),
  ]
}
