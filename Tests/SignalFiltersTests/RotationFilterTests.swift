import FaceCore
import Foundation
import Testing

@testable import SignalFilters

@Suite struct RotationFilterTests {
  private let settings = OneEuroConfiguration(minCutoffHz: 1, beta: 0.5, derivativeCutoffHz: 1)

  private func angle(_ a: Quaternion, _ b: Quaternion) -> Float {
    let v = (a.conjugate * b).rotationVector
    return (v * v).sum().squareRoot()
  }

  /// About one axis the tangent space is a line: the rotation filter has to be the scalar filter of the angle.
  @Test func aboutOneAxisItIsTheScalarFilterOfTheAngle() throws {
    let axis: SIMD3<Float> = [0.6, 0, 0.8]
    var random = SplitMix64(state: 3)
    var rotation = try RotationFilter(settings, maximumStepSeconds: 1.0 / 120)
    var scalar = try OneEuroFilter(settings, maximumStepSeconds: 1.0 / 120)
    for index in 0..<300 {
      let time = CaptureTime(seconds: Double(index) / 30)
      let sample = Float(0.8 * sin(Double(index) * 0.07) + 0.02 * random.normal())
      let filtered = rotation.filter(Quaternion(angle: sample, axis: axis), at: time)
      let expected = Quaternion(angle: scalar.filter(sample, at: time), axis: axis)
      #expect(angle(filtered, expected) < 2e-4)
    }
  }

  /// The gated filter follows a tilt as a scalar filter of four times the cutoff, a turn of twice, a nod as its settings say.
  @Test(arguments: zip([SIMD3<Float>(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)], [1.0, 2, 4]))
  func eachAxisIsFollowedAsItIsTrusted(_ axis: SIMD3<Float>, _ trust: Double) throws {
    var gated = FilterSettings(minCutoffHz: 0.3, beta: 0.2, derivativeCutoffHz: 2)
    gated.filter = .gatedOneEuro
    var rotation = try RotationFilter(settings: gated, maximumStepSeconds: .infinity)
    var scalar = try OneEuroFilter(.init(minCutoffHz: 0.3 * trust, beta: 0.2 * trust, derivativeCutoffHz: 2))
    for index in 0..<200 {
      let time = CaptureTime(seconds: Double(index) / 30)
      let angle = Float(0.5 * sin(Double(index) * 0.05))
      let filtered = rotation.filter(Quaternion(angle: angle, axis: axis), at: time)
      #expect(self.angle(filtered, Quaternion(angle: scalar.filter(angle, at: time), axis: axis)) < 2e-4)
    }
  }

  @Test func theOtherSignOfAQuaternionIsTheSameRotation() throws {
    var plain = try RotationFilter(settings)
    var flipping = try RotationFilter(settings)
    for index in 0..<60 {
      let time = CaptureTime(seconds: Double(index) / 30)
      let q = Quaternion(yaw: 0.02 * Float(index), pitch: 0.3, roll: -0.1)
      let other = index % 2 == 0 ? q : Quaternion(x: -q.x, y: -q.y, z: -q.z, w: -q.w)
      #expect(angle(plain.filter(q, at: time), flipping.filter(other, at: time)) < 1e-4)
    }
  }

  @Test func aTurnThroughHalfAWholeTurnTakesTheShortWay() throws {
    var filter = try RotationFilter(.init(minCutoffHz: 5, beta: 1))
    for index in 0..<120 {
      let yaw = 3 + 0.01 * Float(index)
      let filtered = filter.filter(
        Quaternion(angle: yaw, axis: [0, 1, 0]), at: CaptureTime(seconds: Double(index) / 60))
      #expect(angle(filtered, Quaternion(angle: yaw, axis: [0, 1, 0])) < 0.1)
    }
  }

  @Test func itReducesNoiseAndStaysOfUnitLength() throws {
    var random = SplitMix64(state: 11)
    var filter = try RotationFilter(.init(minCutoffHz: 0.7, beta: 0.3, derivativeCutoffHz: 1))
    let truth = Quaternion(yaw: 0.4, pitch: -0.2, roll: 0.1)
    var noise: Float = 0
    var rest: Float = 0
    for index in 0..<600 {
      let shake = SIMD3<Float>(Float(random.normal()), Float(random.normal()), Float(random.normal())) * 0.02
      let sample = truth * Quaternion(rotationVector: shake)
      let filtered = filter.filter(sample, at: CaptureTime(seconds: Double(index) / 30))
      #expect(abs(filtered.length - 1) < 1e-5)
      noise += angle(sample, truth) * angle(sample, truth)
      rest += angle(filtered, truth) * angle(filtered, truth)
    }
    #expect(rest < 0.25 * noise, "rms \(rest.squareRoot()) of \(noise.squareRoot())")
  }

  /// A head that shakes "no" keeps still in its nod and its tilt, whatever trembles there.
  @Test func aTurnDoesNotWakeTheOtherAxes() throws {
    var random = SplitMix64(state: 19)
    var filter = try RotationFilter(settings: .defaultHead, maximumStepSeconds: FilterBank.stepSeconds)
    var (trembles, rests) = (Float(0), Float(0))
    var last: (raw: Float, out: Float)?
    for index in 0..<300 {
      let time = Double(index) / 30
      let pitch = Float(0.01 * random.normal())
      let sample = Quaternion(yaw: Float(0.4 * sin(4 * time)), pitch: pitch, roll: 0)
      _ = filter.filter(sample, at: CaptureTime(seconds: time))
      let out = filter.prompt.headAngles.pitch
      if let last {
        trembles += (pitch - last.raw) * (pitch - last.raw)
        rests += (out - last.out) * (out - last.out)
      }
      last = (pitch, out)
    }
    #expect(rests < 0.02 * trembles, "rms \(rests.squareRoot()) of \(trembles.squareRoot())")
  }

  @Test func whatIsNoRotationKeepsTheStateAndCounts() throws {
    var filter = try RotationFilter(settings)
    let before = filter.filter(Quaternion(yaw: 0.3, pitch: 0, roll: 0), at: CaptureTime(seconds: 0))
    let zero = Quaternion(x: 0, y: 0, z: 0, w: 0)
    #expect(filter.filter(zero, at: CaptureTime(seconds: 0.03)) == before)
    #expect(filter.filter(Quaternion(x: .nan, y: 0, z: 0, w: 1), at: CaptureTime(seconds: 0.03)) == before)
    #expect(filter.filter(.identity, at: CaptureTime(seconds: 0)) == before)
    #expect(filter.rejectedSamples == 3)
  }

  @Test func resetEqualsANewFilter() throws {
    var filter = try RotationFilter(settings)
    for index in 0..<9 {
      _ = filter.filter(Quaternion(yaw: Float(index), pitch: 0, roll: 0), at: CaptureTime(seconds: Double(index) / 30))
    }
    filter.reset()
    #expect(filter == (try RotationFilter(settings)))
  }

  @Test func aGapStartsAnew() throws {
    var filter = try RotationFilter(settings)
    _ = filter.filter(.identity, at: CaptureTime(seconds: 0))
    let sample = Quaternion(yaw: 1, pitch: 0, roll: 0)
    #expect(angle(filter.filter(sample, at: CaptureTime(seconds: 0.3)), sample) < 1e-6)
  }
}
