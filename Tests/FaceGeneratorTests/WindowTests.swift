import FaceCore
import FaceGenerator
import Foundation
import Testing

@Suite struct WindowTests {
  /// Eye contour around (0, 3, 9), chin at (0, −8, 10): h = √122.
  private let measure = FaceMeasure(eyes: [0, 3, 9], chin: [0, -8, 10])

  private func camera(_ rotation: Quaternion, at position: SIMD3<Float>) -> HeadCamera {
    HeadCamera(rotation: rotation, position: position, pivot: measure.anchor, focalLength: 600, centre: [320, 240])
  }

  @Test func theWindowFollowsItsDefinition() {
    #expect(abs(measure.height - 122.0.squareRoot().float) < 1e-4)
    // E + 0.42 (C − E) = (0, −1.62, 9.42), moved to z = 8.
    #expect(length(measure.anchor - [0, -1.62, 8]) < 1e-5)
    let window = measure.window(camera(.identity, at: [6, -3, -60]))
    #expect(abs(window.centre.x - 380) < 1e-3)
    #expect(abs(window.centre.y - 270) < 1e-3)
    #expect(abs(window.side - 1.75 * measure.height * 600 / 60) < 1e-2)
    #expect(abs(measure.focalLength(side: window.side, depth: 60) - 600) < 1e-2)
  }

  @Test func landmarksGiveEyesAndChin() {
    var landmarks = [SIMD3<Float>](repeating: [50, 50, 50], count: 68)
    for index in 36...41 { landmarks[index] = [-3, 4, 8] }
    for index in 42...47 { landmarks[index] = [3, 2, 9] }
    landmarks[8] = [0, -7, 10]
    let measure = FaceMeasure(landmarks: landmarks)
    #expect(length(measure.eyes - [0, 3, 8.5]) < 1e-5)
    #expect(measure.chin == [0, -7, 10])
  }

  @Test func aFaceThatLooksAtTheCameraIsTheIdentityAnywhereInThePicture() {
    for position in [SIMD3<Float>(0, 0, -50), [30, 0, -50], [-25, 18, -60], [10, -30, -40]] {
      let facing = camera(HeadCamera.rayRotation(to: position), at: position)
      #expect(length(facing.facingRotation.rotationVector) < 1e-3)
      // The nose points at the camera: a point ahead of the anchor falls on the same pixel.
      let ahead = facing.pixel(facing.pivot + [0, 0, 5])
      #expect(length(ahead - facing.pixel(facing.pivot)) < 1e-2)
    }
  }

  @Test func theRayRotationHasNoRoll() {
    let ray = HeadCamera.rayRotation(to: [20, 12, -50])
    #expect(abs(ray.rotationVector.z) < 1e-5)
  }

  @Test func rollTurnsTheHeadCounterClockwiseInThePicture() {
    let roll: Float = 0.3
    let camera = camera(Quaternion(yaw: 0, pitch: 0, roll: roll), at: [0, 0, -60])
    let window = measure.window(camera)
    #expect(abs(window.roll - roll) < 1e-4)
    let right = camera.pixel(camera.pivot + [5, 0, 0])
    #expect(right.x > 320)
    #expect(right.y < 240, "the subject's left side rises in the picture")
  }

  @Test func yawTurnsTheFaceToTheRightOfThePicture() {
    let camera = camera(Quaternion(yaw: 0.5, pitch: 0.3, roll: 0), at: [0, 0, -60])
    let ahead = camera.pixel(camera.pivot + [0, 0, 5])
    #expect(ahead.x > 320, "yaw > 0 turns to the subject's left, right in the picture")
    #expect(ahead.y < 240, "pitch > 0 looks up")
  }

  private func length(_ v: SIMD3<Float>) -> Float { (v * v).sum().squareRoot() }
  private func length(_ v: SIMD2<Float>) -> Float { (v * v).sum().squareRoot() }
}

extension Double {
  fileprivate var float: Float { Float(self) }
}
