import FaceCore
import Testing

@Suite struct BlendshapeTests {
  @Test func thereAreFiftyTwoInAlphabeticalOrder() {
    let names = Blendshape.allCases.map(\.name)
    #expect(names.count == 52)
    #expect(names == names.sorted())
  }

  @Test func mirroringTwiceIsTheChannelItself() {
    for channel in Blendshape.allCases { #expect(channel.mirrored.mirrored == channel) }
    #expect(Blendshape.eyeBlinkLeft.mirrored == .eyeBlinkRight)
    #expect(Blendshape.jawOpen.mirrored == .jawOpen)
  }

  @Test func clampingTurnsNaNIntoNeutral() {
    var weights = BlendshapeWeights()
    weights[.jawOpen] = .nan
    weights[.tongueOut] = 2
    #expect(weights.clamped()[.jawOpen] == 0)
    #expect(weights.clamped()[.tongueOut] == 1)
  }
}
