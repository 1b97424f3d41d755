import Foundation

/// A list of coloured triangles in the camera frame, centimetres: what stands around the head.
struct PropMesh {
  /// Floats a vertex: place, normal, linear colour and alpha.
  static let stride = 10

  private(set) var vertices: [Float] = []
  var isEmpty: Bool { vertices.isEmpty }
  var vertexCount: Int { vertices.count / Self.stride }

  mutating func add(_ place: SIMD3<Float>, normal: SIMD3<Float>, paint: SIMD4<Float>) {
    vertices += [place.x, place.y, place.z, normal.x, normal.y, normal.z, paint.x, paint.y, paint.z, paint.w]
  }

  /// A grid of rows × columns of places with outward normals; `closed` joins the last column to the first.
  mutating func add(
    grid places: [[SIMD3<Float>]], normals: [[SIMD3<Float>]], paints: [[SIMD4<Float>]], closed: Bool
  ) {
    guard let columns = places.first?.count else { return }
    for row in 0..<places.count - 1 {
      for column in 0..<(closed ? columns : columns - 1) {
        let next = (column + 1) % columns
        for (r, c) in [(row, column), (row, next), (row + 1, column), (row, next), (row + 1, next), (row + 1, column)] {
          add(places[r][c], normal: normals[r][c], paint: paints[r][c])
        }
      }
    }
  }

  /// A tube of `sides` sides around a line of places.
  mutating func add(
    tube line: [SIMD3<Float>], radius: Float, colour: SIMD3<Float>, sides: Int = 6, closed: Bool = false
  ) {
    guard line.count > 1 else { return }
    var rings: [[SIMD3<Float>]] = []
    var normals: [[SIMD3<Float>]] = []
    let count = line.count
    for index in 0..<(closed ? count + 1 : count) {
      let here = line[index % count]
      let before = closed ? line[(index + count - 1) % count] : line[max(0, index - 1)]
      let after = closed ? line[(index + 1) % count] : line[min(count - 1, index + 1)]
      let along = (after - before).unit
      let side = cross(along, abs(along.z) < 0.9 ? [0, 0, 1] : [0, 1, 0]).unit
      let up = cross(side, along)
      let ring = (0..<sides).map { step -> SIMD3<Float> in
        let angle = 2 * Float.pi * Float(step) / Float(sides)
        return side * cos(angle) + up * sin(angle)
      }
      normals.append(ring)
      rings.append(ring.map { here + $0 * radius })
    }
    let paint = SIMD4(colour, 1)
    add(grid: rings, normals: normals, paints: rings.map { $0.map { _ in paint } }, closed: true)
  }

  /// A tube with round ends.
  mutating func add(capsule from: SIMD3<Float>, to: SIMD3<Float>, radius: Float, colour: SIMD3<Float>) {
    let along = (to - from).unit
    let side = cross(along, abs(along.z) < 0.9 ? [0, 0, 1] : [0, 1, 0]).unit
    let up = cross(side, along)
    var rings: [[SIMD3<Float>]] = []
    var normals: [[SIMD3<Float>]] = []
    for step in 0...9 {
      let end = step < 5 ? from : to
      let latitude = (Float(step < 5 ? step : step - 1) / 8 - 0.5) * Float.pi
      let ring = (0..<12).map { turn -> SIMD3<Float> in
        let angle = 2 * Float.pi * Float(turn) / 12
        return (side * cos(angle) + up * sin(angle)) * cos(latitude) + along * sin(latitude)
      }
      normals.append(ring)
      rings.append(ring.map { end + $0 * radius })
    }
    let paint = SIMD4(colour, 1)
    add(grid: rings, normals: normals, paints: rings.map { $0.map { _ in paint } }, closed: true)
  }

  /// A round line that tapers from place to place, round at its last end.
  mutating func add(tapered line: [(place: SIMD3<Float>, radius: Float)], colour: SIMD3<Float>, sides: Int = 8) {
    guard line.count > 1, let (end, radius) = line.last else { return }
    let along = (end - line[line.count - 2].place).unit
    let cap = [0.5, 0.87, 1].map { (height: Float) -> (place: SIMD3<Float>, radius: Float) in
      (end + along * (radius * height), radius * max(0.02, 1 - height * height).squareRoot())
    }
    let line = line + cap
    var rings: [[SIMD3<Float>]] = []
    var normals: [[SIMD3<Float>]] = []
    for (index, spot) in line.enumerated() {
      let before = line[max(0, index - 1)].place
      let after = line[min(line.count - 1, index + 1)].place
      let along = (after - before).unit
      let side = cross(along, abs(along.z) < 0.9 ? [0, 0, 1] : [0, 1, 0]).unit
      let up = cross(side, along)
      let leans: [Float] = [0.5, 0.87, 3]
      let lean: SIMD3<Float> = index > line.count - 4 ? along * leans[index - line.count + 3] : .zero
      let ring = (0..<sides).map { step -> SIMD3<Float> in
        let angle = 2 * Float.pi * Float(step) / Float(sides)
        return side * cos(angle) + up * sin(angle)
      }
      rings.append(ring.map { spot.place + $0 * spot.radius })
      normals.append(ring.map { ($0 + lean).unit })
    }
    let paint = SIMD4(colour, 1)
    add(grid: rings, normals: normals, paints: rings.map { $0.map { _ in paint } }, closed: true)
  }

  /// An ellipsoid by its half axes; `boxiness` 1 is round, smaller ones are boxes with round edges.
  mutating func add(
    ellipsoid middle: SIMD3<Float>, axes: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>), colour: SIMD3<Float>,
    boxiness: Float = 1
  ) {
    func bent(_ value: Float) -> Float { (value < 0 ? -1 : 1) * pow(abs(value), boxiness) }
    var places: [[SIMD3<Float>]] = []
    var normals: [[SIMD3<Float>]] = []
    for row in 0...8 {
      let latitude = (Float(row) / 8 - 0.5) * Float.pi * 0.999
      let ring = (0..<14).map { step -> (SIMD3<Float>, SIMD3<Float>) in
        let angle = 2 * Float.pi * Float(step) / 14
        let wide = cos(latitude)
        let round = SIMD3<Float>(cos(angle) * wide, sin(latitude), sin(angle) * wide)
        let x = axes.0 * (bent(cos(angle)) * bent(wide))
        let z = axes.2 * (bent(sin(angle)) * bent(wide))
        let y = axes.1 * bent(round.y)
        var out: SIMD3<Float> = axes.0.unit * round.x
        out += axes.1.unit * round.y + axes.2.unit * round.z
        return (middle + x + y + z, out)
      }
      places.append(ring.map(\.0))
      normals.append(ring.map(\.1))
    }
    let paint = SIMD4(colour, 1)
    add(grid: places, normals: normals, paints: places.map { $0.map { _ in paint } }, closed: true)
  }

  /// A sheet through a grid of places, its normals taken from the neighbours.
  mutating func add(sheet places: [[SIMD3<Float>]], paints: [[SIMD4<Float>]]) {
    let normals = places.indices.map { row in
      places[row].indices.map { column -> SIMD3<Float> in
        let across = places[row][min(column + 1, places[row].count - 1)] - places[row][max(column - 1, 0)]
        let down = places[min(row + 1, places.count - 1)][column] - places[max(row - 1, 0)][column]
        return cross(across, down).unit
      }
    }
    add(grid: places, normals: normals, paints: paints, closed: false)
  }

  /// A flat fan around the mean of a closed outline.
  mutating func add(fan outline: [SIMD3<Float>], normal: SIMD3<Float>, paint: SIMD4<Float>) {
    let middle = outline.reduce(SIMD3<Float>.zero, +) / Float(outline.count)
    for index in outline.indices {
      add(middle, normal: normal, paint: paint)
      add(outline[index], normal: normal, paint: paint)
      add(outline[(index + 1) % outline.count], normal: normal, paint: paint)
    }
  }
}

func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
  [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
}

extension SIMD3<Float> {
  /// The same direction at length 1; zero stays zero.
  var unit: SIMD3<Float> {
    let length = (self * self).sum().squareRoot()
    return length > 1e-9 ? self / length : .zero
  }
}
