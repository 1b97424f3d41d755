import FaceCore
import Foundation
import Testing

@testable import SignalFilters

@Suite struct FilterBankTests {
  private func face(at seconds: Double, weight: Float, yaw: Float = 0, z: Float = -0.5) -> FaceObservation {
    var weights = BlendshapeWeights()
    for index in 0..<52 { weights[index] = weight }
    return FaceObservation(
      time: CaptureTime(seconds: seconds), isPresent: true, confidence: 0.9, weights: weights,
      pose: HeadPose(rotation: Quaternion(yaw: yaw, pitch: 0, roll: 0), position: [0, 0, z]),
      gaze: Gaze(leftYaw: yaw, leftPitch: 0, rightYaw: yaw, rightPitch: 0),
      window: FaceWindow(centre: [320, 240], side: 200, roll: 0))
  }

  @Test func aClosingLidPassesNinetyPercentWithinTwoFrames() throws {
    var bank = try FilterBank()
    for index in 0..<30 { _ = bank.filter(face(at: Double(index) / 30, weight: 0)) }
    _ = bank.filter(face(at: 1, weight: 1))
    let second = bank.filter(face(at: 31.0 / 30, weight: 1))
    #expect(second.weights[.eyeBlinkLeft] >= 0.9)
    #expect(second.weights[.eyeBlinkRight] >= 0.9)
  }

  @Test func browsAreSlowerThanLids() throws {
    var bank = try FilterBank()
    for index in 0..<30 { _ = bank.filter(face(at: Double(index) / 30, weight: 0)) }
    let first = bank.filter(face(at: 1, weight: 1))
    #expect(first.weights[.browInnerUp] < 0.6)
    #expect(first.weights[.browInnerUp] < first.weights[.jawOpen])
    #expect(first.weights[.jawOpen] < first.weights[.eyeBlinkLeft])
  }

  @Test func everyChannelBelongsToItsGroup() {
    let counts = Dictionary(grouping: Blendshape.allCases, by: FilterGroup.init).mapValues(\.count)
    #expect(counts == [.brows: 5, .lids: 6, .gaze: 8, .mouth: 33])
  }

  /// The same motion seen at 15, 30 and 60 frames a second, compared at the moments that all three share.
  @Test func theCurveDoesNotDependOnTheFrameRate() throws {
    func curve(_ framesPerSecond: Int) throws -> [(Float, Float, Float)] {
      var bank = try FilterBank()
      var out: [(Float, Float, Float)] = []
      for index in 0...(framesPerSecond * 4) {
        let t = Double(index) / Double(framesPerSecond)
        let weight = Float(0.5 - 0.5 * cos(2 * .pi * 0.8 * t))
        let filtered = bank.filter(face(at: t, weight: weight, yaw: Float(0.6 * sin(2 * .pi * 0.5 * t))))
        if index % (framesPerSecond / 15) == 0 {
          out.append(
            (filtered.weights[.jawOpen], filtered.weights[.browInnerUp], filtered.pose.rotation.headAngles.yaw))
        }
      }
      return out
    }
    let reference = try curve(60)
    for rate in [15, 30] {
      var squares: (Float, Float, Float) = (0, 0, 0)
      let other = try curve(rate)
      for (a, b) in zip(reference, other) {
        squares.0 += (a.0 - b.0) * (a.0 - b.0)
        squares.1 += (a.1 - b.1) * (a.1 - b.1)
        squares.2 += (a.2 - b.2) * (a.2 - b.2)
      }
      let n = Float(reference.count)
      let rms = [squares.0, squares.1, squares.2].map { ($0 / n).squareRoot() }
      #expect(rms.max()! < 0.01, "jaw, brow, yaw rms at \(rate) fps against 60: \(rms)")
    }
  }

  @Test func aLostFaceFadesSmoothlyFromTheLastValueToNeutral() throws {
    var bank = try FilterBank()
    var last = FaceObservation.absent(at: CaptureTime(seconds: 0))
    for index in 0..<60 { last = bank.filter(face(at: Double(index) / 60, weight: 0.8, yaw: 0.5)) }
    var previous = last
    for index in 60...90 {
      let faded = bank.filter(.absent(at: CaptureTime(seconds: Double(index) / 60)))
      #expect(!faded.isPresent)
      // The steepest part of the fade moves 1.5 / 0.5 s, which is 0.05 of the whole a frame.
      #expect(faded.weights[.jawOpen] <= previous.weights[.jawOpen])
      #expect(previous.weights[.jawOpen] - faded.weights[.jawOpen] < 0.8 * 0.051)
      #expect(previous.pose.rotation.headAngles.yaw - faded.pose.rotation.headAngles.yaw < 0.5 * 0.051)
      previous = faded
    }
    #expect(previous.weights == .neutral)
    #expect(previous.pose == .neutral)
    #expect(previous.gaze == .ahead)
  }

  @Test func halfWayThroughTheFadeHalfIsLeft() throws {
    var configuration = FilterBank.Configuration()
    configuration.fadeSeconds = 1
    var bank = try FilterBank(configuration)
    for index in 0...30 { _ = bank.filter(face(at: Double(index) / 30, weight: 0.8)) }
    var faded = FaceObservation.absent(at: CaptureTime(seconds: 0))
    for index in 31...45 { faded = bank.filter(.absent(at: CaptureTime(seconds: Double(index) / 30))) }
    #expect(abs(faded.weights[.jawOpen] - 0.4) < 1e-3)
    #expect(abs(faded.pose.position.z + 0.25) < 1e-3)
  }

  @Test func aFaceThatReturnsInTheMiddleOfTheFadeDoesNotJump() throws {
    var bank = try FilterBank()
    for index in 0..<60 { _ = bank.filter(face(at: Double(index) / 60, weight: 0.8, yaw: 0.5)) }
    var previous = FaceObservation.absent(at: CaptureTime(seconds: 0))
    for index in 60..<80 { previous = bank.filter(.absent(at: CaptureTime(seconds: Double(index) / 60))) }
    for index in 80..<100 {
      let back = bank.filter(face(at: Double(index) / 60, weight: 0.8, yaw: -0.5))
      // 0.15 s of blending, at its steepest 1.5 / 0.15 s: a sixth a frame at 60 frames a second.
      #expect(abs(back.weights[.jawOpen] - previous.weights[.jawOpen]) < 0.8 * 0.17)
      #expect(abs(back.pose.rotation.headAngles.yaw - previous.pose.rotation.headAngles.yaw) < 1 * 0.17)
      previous = back
    }
    #expect(abs(previous.weights[.jawOpen] - 0.8) < 1e-3)
    #expect(abs(previous.pose.rotation.headAngles.yaw + 0.5) < 1e-3)
  }

  @Test func aPauseBeforeTheLossDoesNotTurnTheFadeIntoAJump() throws {
    var bank = try FilterBank()
    _ = bank.filter(face(at: 0, weight: 0.8))
    _ = bank.filter(face(at: 0.03, weight: 0.8))
    #expect(bank.filter(.absent(at: CaptureTime(seconds: 5))).weights[.jawOpen] > 0.7)
  }

  @Test func aFadeGoesOnWhenAClipStartsOver() throws {
    var bank = try FilterBank()
    for index in 0..<10 { _ = bank.filter(face(at: 20 + Double(index) / 30, weight: 0.8)) }
    _ = bank.filter(.absent(at: CaptureTime(seconds: 20.34)))
    var faded = FaceObservation.absent(at: CaptureTime(seconds: 0))
    for index in 0...16 { faded = bank.filter(.absent(at: CaptureTime(seconds: Double(index) / 30))) }
    #expect(faded.weights == .neutral)
  }

  @Test func theFirstFaceOfAllIsNotHeldBack() throws {
    var bank = try FilterBank()
    let first = bank.filter(face(at: 0, weight: 0.6, yaw: 0.4))
    #expect(first.weights[.jawOpen] == 0.6)
    #expect(abs(first.pose.rotation.headAngles.yaw - 0.4) < 1e-5)
  }

  @Test func hostileValuesNeverComeOut() throws {
    var bank = try FilterBank()
    var random = SplitMix64(state: 5)
    var time = 0.0
    for _ in 0..<2_000 {
      time += [-1, -0.01, 0, 0.016, 0.033, 5][Int(random.next() % 6)]
      var observation = face(at: time, weight: 0)
      observation.isPresent = random.next() % 4 != 0
      for index in 0..<52 {
        observation.weights[index] = [.nan, .infinity, -.infinity, -3, 7, 0.4][Int(random.next() % 6)]
      }
      let bad: [Float] = [.nan, .infinity, 0, 1, -1]
      func pick() -> Float { bad[Int(random.next() % 5)] }
      observation.pose.rotation = Quaternion(x: pick(), y: pick(), z: pick(), w: pick())
      observation.pose.position = [pick(), pick(), pick()]
      observation.gaze.leftYaw = pick()
      observation.confidence = pick()
      let out = bank.filter(observation)
      for index in 0..<52 { #expect((0...1).contains(out.weights[index])) }
      #expect(abs(out.pose.rotation.length - 1) < 1e-4)
      #expect(out.pose.position.x.isFinite && out.pose.position.y.isFinite && out.pose.position.z.isFinite)
      #expect(out.gaze.leftYaw.isFinite)
      #expect((0...1).contains(out.confidence))
    }
    #expect(bank.rejectedSamples > 1_000)
  }

  @Test func resetEqualsANewBank() throws {
    var bank = try FilterBank()
    for index in 0..<30 { _ = bank.filter(face(at: Double(index) / 30, weight: 0.5, yaw: 0.1)) }
    _ = bank.filter(.absent(at: CaptureTime(seconds: 1.1)))
    bank.reset()
    #expect(bank == (try FilterBank()))
  }

  @Test func newSettingsKeepTheState() throws {
    var bank = try FilterBank()
    for index in 0..<30 { _ = bank.filter(face(at: Double(index) / 30, weight: 0.5)) }
    var configuration = FilterBank.Configuration()
    configuration.mouth = .init(minCutoffHz: 0.01, beta: 0)
    try bank.reconfigure(configuration)
    #expect(abs(bank.filter(face(at: 1, weight: 1)).weights[.jawOpen] - 0.5) < 0.01)
  }

  @Test func settingsThatCannotWorkAreRefused() {
    var configuration = FilterBank.Configuration()
    configuration.fadeSeconds = -1
    #expect(throws: SignalFilterError.negative(setting: "fadeSeconds", value: -1)) { try FilterBank(configuration) }
  }
}
