import FaceCore
import Foundation

extension ThingBuilder {
  /// A thing's axes in the head frame, turned as it is held.
  private func axes(_ x: SIMD3<Float>, _ y: SIMD3<Float>) -> (x: SIMD3<Float>, y: SIMD3<Float>, z: SIMD3<Float>) {
    let up = thing.turn.rotate(sided(y)).unit
    let out = cross(thing.turn.rotate(sided(x)), up).unit
    return (cross(up, out), up, out)
  }

  /// A cup under or at the mouth, and the hand around it.
  func addCup(_ mesh: inout PropMesh) {
    let middle = mouth + sided([1.5, -6.5, 6]) + sided(thing.shift)
    let frame = axes([1, 0, 0], [0, 1, -0.15])
    let rings: [(height: Float, radius: Float)] = [(-5, 3.1), (-2, 3.5), (2, 3.9), (4.6, 4.1), (4.6, 3.8), (-3, 3)]
    let angles = (0..<16).map { 2 * Float.pi * Float($0) / 16 }
    let out = angles.map { frame.x * cos($0) + frame.z * sin($0) }
    let scale = thing.scale
    let places = rings.map { ring -> [SIMD3<Float>] in
      let centre: SIMD3<Float> = middle + frame.y * (ring.height * scale)
      return out.map { camera(centre + $0 * (ring.radius * scale)) }
    }
    let turned = out.map { geometry.camera.rotation.rotate($0) }
    let paint = SIMD4(thing.colour, 1)
    let inside = SIMD4(thing.colour * 0.3, 1)
    mesh.add(
      grid: places, normals: rings.map { _ in turned },
      paints: rings.indices.map { row in angles.map { _ in row < 4 ? paint : inside } }, closed: true)
    let handle = (-5...5).map { step -> SIMD3<Float> in
      let angle = Float(step) * 0.28
      let reach: SIMD3<Float> = frame.x * -(3.4 + 2.4 * cos(angle))
      let height: SIMD3<Float> = frame.y * (2.4 * sin(angle))
      return camera(middle + (reach + height) * scale)
    }
    mesh.add(tube: handle, radius: 0.5 * scale, colour: thing.colour)
    addHand(
      HandPose(
        middle: middle - sided(thing.shift) + sided([4.6, -0.5, 0.5]), along: [-0.25, 0.1, 1], palm: [-1, 0, -0.2],
        thumb: [0, 1, 0], arm: [0.5, -1, -0.1], curl: 0.75), &mesh)
  }

  /// A phone at the ear, and the hand that holds it.
  func addPhone(_ mesh: inout PropMesh) {
    let ear = SIMD3(halfWidth + 0.9, geometry.leftEye.centre.y - 1.6, 0.5) + thing.shift
    let frame = axes([1, 0, 0.35], [0.12, 0.8, -0.5])
    let middle = sided(ear) - frame.y * 4.5
    mesh.add(
      ellipsoid: camera(middle),
      axes: (
        turned(frame.x * 0.5 * thing.scale), turned(frame.y * 7.4 * thing.scale), turned(frame.z * 3.6 * thing.scale)
      ), colour: thing.colour, boxiness: 0.35)
    addHand(
      HandPose(
        middle: middle - sided(thing.shift) + sided([2.1, -1.4, 0]), along: [0.1, 0.85, 0.35], palm: [-1, 0, 0],
        thumb: [0, 0.2, -1], arm: [0.35, -1, 0.1], curl: 0.45), &mesh)
  }

  /// A microphone with a foam ball on a stick, from below.
  func addMicrophone(_ mesh: inout PropMesh) {
    let ball = mouth + sided([3.5, -6, 8]) + sided(thing.shift)
    let radius = 2.2 * thing.scale
    let down = thing.turn.rotate(sided([0.35, -1, 0.45])).unit
    let side = cross(down, [0, 0, 1]).unit
    mesh.add(
      ellipsoid: camera(ball),
      axes: (turned(side * radius), turned(down * (radius * 1.35)), turned(cross(side, down) * radius)),
      colour: thing.colour)
    mesh.add(
      tapered: [(camera(ball + down * radius), 1.25 * thing.scale), (camera(ball + down * 12), 1.05 * thing.scale)],
      colour: [0.03, 0.03, 0.035])
    mesh.add(
      tapered: [(camera(ball + down * 12), 0.5), (camera(ball + down * 34 + sided([9, -12, 0])), 0.5)],
      colour: [0.02, 0.02, 0.02])
  }

  /// Two ear cups, and a band of `band` cm radius over the hair.
  func addHeadphones(_ mesh: inout PropMesh, band: Float) {
    let width = halfWidth + 0.3
    let ear = SIMD3(width, geometry.leftEye.centre.y - 2, -0.6) + thing.shift * [0, 0.3, 0.3]
    let cup = SIMD3<Float>(1.5, 4, 3.4) * thing.scale
    for side in [Float(-1), 1] {
      mesh.add(
        ellipsoid: camera(ear * [side, 1, 1]),
        axes: (turned([cup.x, 0, 0]), turned([0, cup.y, 0.3]), turned([0, -0.3, cup.z])), colour: thing.colour,
        boxiness: 0.7)
    }
    var top = -Float.infinity
    for place in stride(from: 1, to: geometry.face.count, by: 3) { top = max(top, geometry.face[place]) }
    let hair = scene.person.isBald ? 0 : scene.person.hairLine.w
    let height = top + max(hair, scene.person.coverLine.w) + band + 0.1 - ear.y
    for shift in band > 0.6 ? [Float(-0.8), 0, 0.8] : [0] {
      let line = (0...20).map { step -> SIMD3<Float> in
        let angle = Float.pi * Float(step) / 20
        return camera(SIMD3((width + 0.5) * cos(angle), ear.y + height * sin(angle), ear.z + shift))
      }
      mesh.add(tube: line, radius: band, colour: thing.colour)
    }
  }

  /// A thin arm from the ear cup to a small microphone at the mouth's corner.
  func addBoom(_ mesh: inout PropMesh) {
    let ear = sided([halfWidth + 0.8, geometry.leftEye.centre.y - 4, 0.8])
    let end = landmark(left: 54, right: 48) + sided([1.6, -1.2, 1.9]) + sided(thing.shift) * 0.4
    let middle = (ear + end) / 2 + sided([1.6, -1.2, 0])
    let line = (0...10).map { step -> SIMD3<Float> in
      let t = Float(step) / 10
      let (first, second) = (ear + (middle - ear) * t, middle + (end - middle) * t)
      return camera(first + (second - first) * t)
    }
    mesh.add(tube: line, radius: 0.22, colour: [0.02, 0.02, 0.02])
    let along = turned((end - middle).unit)
    let side = cross(along, [0, 1, 0]).unit
    let radius = 0.7 * thing.scale
    mesh.add(
      ellipsoid: camera(end), axes: (side * radius, along * (radius * 1.5), cross(side, along) * radius),
      colour: [0.015, 0.015, 0.015])
  }

  /// A surgical mask from the bridge of the nose to below the chin, with loops around the ears.
  func addMask(_ mesh: inout PropMesh) {
    let marks = geometry.landmarks
    let tip = marks[30]
    let middles: [SIMD3<Float>] = [
      marks[28] + [0, 0, 0.35], (marks[28] + tip) / 2 + [0, 0, 0.7], tip + [0, 0, 0.6],
      SIMD3(tip.x, marks[51].y, tip.z + 0.1), SIMD3(tip.x, marks[57].y - 0.4, tip.z - 0.6), marks[8] + [0, 0.6, 1.1],
      marks[8] + [0, -0.8, -0.6],
    ]
    let rows = middles.indices.map { row -> [SIMD3<Float>] in
      let share = Float(row) / 6
      return (-6...6).map { column in
        let (u, side) = (abs(Float(column)) / 6, column < 0 ? -1 : Float(1))
        let (high, low) = side < 0 ? (marks[2], marks[5]) : (marks[14], marks[11])
        let outside = SIMD3<Float>(0.5 * side, 0.9 * (1 - share), 1.2)
        let edge: SIMD3<Float> = high + (low - high) * share + outside
        let m = middles[row]
        return m + (edge - m) * SIMD3(pow(u, 0.9), u * u, pow(u, 2.2))
      }
    }
    // Pleats: each row's upper edge is lit, its lower one dark.
    let paints = rows.indices.map { row in
      rows[row].map { _ in SIMD4(thing.colour * (row % 2 == 0 ? 1 : 0.8), 1) }
    }
    mesh.add(sheet: rows.map { $0.map(camera) }, paints: paints)
    for (side, column) in [(Float(-1), 0), (1, 12)] {
      let ear = SIMD3(side * (halfWidth - 0.6), geometry.leftEye.centre.y - 0.5, -0.8)
      for row in [0, 5] {
        mesh.add(tube: [camera(rows[row][column]), camera(ear)], radius: 0.12, colour: [0.6, 0.6, 0.6])
      }
    }
  }

  /// Half the head's width at its widest, the ears, cm.
  private var halfWidth: Float {
    var widest: Float = 0
    for place in stride(from: 0, to: geometry.face.count - 2, by: 3) where abs(geometry.face[place + 1]) < 4 {
      widest = max(widest, geometry.face[place])
    }
    return widest
  }

  private func turned(_ vector: SIMD3<Float>) -> SIMD3<Float> { geometry.camera.rotation.rotate(vector) }
}
