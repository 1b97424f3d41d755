import FaceCore
import Foundation
import Testing

@Suite struct QuaternionTests {
  @Test func headAnglesReturnWhatMadeTheRotation() {
    for yaw: Float in [-1.2, -0.3, 0, 0.4, 1.1] {
      for pitch: Float in [-0.9, 0, 0.6] {
        for roll: Float in [-1.3, 0, 0.7] {
          let angles = Quaternion(yaw: yaw, pitch: pitch, roll: roll).headAngles
          #expect(abs(angles.yaw - yaw) < 1e-4)
          #expect(abs(angles.pitch - pitch) < 1e-4)
          #expect(abs(angles.roll - roll) < 1e-4)
        }
      }
    }
  }

  @Test func positiveYawTurnsTheFaceToTheSubjectsLeft() {
    let forward = Quaternion(yaw: 0.5, pitch: 0, roll: 0).rotate([0, 0, 1])
    #expect(forward.x > 0.4)
  }

  @Test func positivePitchLooksUp() {
    #expect(Quaternion(yaw: 0, pitch: 0.5, roll: 0).rotate([0, 0, 1]).y > 0.4)
  }

  @Test func positiveRollTurnsTheCrownTowardsTheSubjectsRightShoulder() {
    #expect(Quaternion(yaw: 0, pitch: 0, roll: 0.5).rotate([0, 1, 0]).x < -0.4)
  }

  @Test func rotationVectorAndExponentialAreInverse() {
    for v: SIMD3<Float> in [[0, 0, 0], [0.1, -0.2, 0.3], [2, 0.5, -1], [0, 3.1, 0]] {
      let back = Quaternion(rotationVector: v).rotationVector
      #expect(abs(back.x - v.x) + abs(back.y - v.y) + abs(back.z - v.z) < 1e-4)
    }
  }

  @Test func columnsOfARotationGiveItBack() {
    for q in [Quaternion(yaw: 2.5, pitch: 0.3, roll: -2), .identity, Quaternion(angle: .pi, axis: [1, 0, 0])] {
      let p = Quaternion(columns: q.rotate([1, 0, 0]), q.rotate([0, 1, 0]), q.rotate([0, 0, 1]))
      #expect((p.conjugate * q).rotationVector.x.magnitude < 1e-3)
    }
  }
}
