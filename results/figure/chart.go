package figure

import (
	"image/color"
	"math"
	"strconv"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A chart is gonum's SVG canvas with a frame of two axes. gonum's plot package would draw the axes too, but
// brings raster images, PDF, TeX and eleven more typefaces, ten megabytes for one picture.
//
// Lengths are points, 1/72 inch; the origin is at the lower left.
type chart struct {
	*vgsvg.Canvas
	left, bottom, right, top float64                 // of the plotting area
	low, high                float64                 // ordinates of bottom and top
	place                    func(x float64) float64 // of an abscissa, 0 to 1
}

// A tick is a value to mark, with its text.
type tick struct {
	value float64
	text  string
}

var (
	black      = color.Gray{}
	gridGray   = color.Gray{220}
	leaderGray = color.Gray{140}
	lineRed    = color.RGBA{A: 255, R: 170, G: 40, B: 30}
	dotBlue    = color.RGBA{A: 255, R: 20, G: 60, B: 140}
)

// typeface is Liberation Sans, which is metrically the Arial or Helvetica that readers have.
var typeface = sync.OnceValue(func() *opentype.Font {
	f, err := opentype.Parse(liberationsansregular.TTF)
	if err != nil {
		panic("figure: internal error: " + err.Error())
	}
	return f
})

func sans(points float64) font.Face {
	return font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: font.Points(points)}, Face: typeface()}
}

// widthOf returns the width of a text, in points.
func widthOf(text string, points float64) float64 {
	face := sans(points)
	return face.Width(text).Points()
}

func point(x, y float64) vg.Point { return vg.Point{X: vg.Length(x), Y: vg.Length(y)} }

// at returns where a value lies on the canvas.
func (c *chart) at(x, y float64) (px, py float64) {
	return c.left + float64(c.place(x)*(c.right-c.left)),
		c.bottom + float64((y-c.low)/(c.high-c.low)*(c.top-c.bottom))
}

// line draws a straight line.
func (c *chart) line(col color.Color, width, x0, y0, x1, y1 float64) {
	c.SetColor(col)
	c.SetLineWidth(vg.Points(width))
	var p vg.Path
	p.Move(point(x0, y0))
	p.Line(point(x1, y1))
	c.Stroke(p)
}

// dot fills a circle.
func (c *chart) dot(col color.Color, radius, x, y float64) {
	c.SetColor(col)
	var p vg.Path
	p.Move(point(x+radius, y))
	p.Arc(point(x, y), vg.Points(radius), 0, 2*math.Pi)
	p.Close()
	c.Fill(p)
}

// write sets text with its anchor at a point, turned by an angle: align is 0 for text that begins there, ½ for
// text centred on it, 1 for text that ends there; rise moves the text up or down across its own direction.
func (c *chart) write(text string, points, x, y, align, rise, angle float64) {
	c.SetColor(black)
	face := sans(points)
	c.Push()
	c.Translate(point(x, y))
	if angle != 0 {
		c.Rotate(angle)
	}
	c.FillString(face, point(-float64(align*face.Width(text).Points()), rise), text)
	c.Pop()
}

// axes draws the frame with its texts.
func (c *chart) axes(title, below, beside string, across, up []tick) {
	const small, gap, long = 9.0, 4.0, 4.0
	w, h := c.Size()
	for _, t := range up {
		_, y := c.at(0, t.value)
		c.line(gridGray, .5, c.left, y, c.right, y)
		c.line(black, .5, c.left-long, y, c.left, y)
		c.write(t.text, small, c.left-long-gap, y, 1, -3, 0)
	}
	for _, t := range across {
		x, _ := c.at(t.value, c.low)
		c.line(black, .5, x, c.bottom-long, x, c.bottom)
		c.write(t.text, small, x, c.bottom-long-gap-7, .5, 0, 0)
	}
	c.line(black, .5, c.left, c.bottom, c.left, c.top)
	c.line(black, .5, c.left, c.bottom, c.right, c.bottom)
	c.write(title, 12, float64(w.Points()/2), h.Points()-16, .5, 0, 0)
	c.write(below, small, (c.left+c.right)/2, 8, .5, 0, 0)
	c.write(beside, small, 13, (c.bottom+c.top)/2, .5, 0, math.Pi/2)
}

// even returns marks from low to high, at most eight, at multiples of 1, 2 or 5 times a power of ten. The range must
// be at least 0.001 and lie in [0, 1].
func even(low, high float64) (t []tick) {
	for _, per := range []int{5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5} {
		from, to := int(math.Ceil(float64(low*float64(per))-1e-9)), int(math.Floor(float64(high*float64(per))+1e-9))
		if to-from >= 8 {
			continue
		}
		digits := len(strconv.Itoa(per - 1))
		for k := from; k <= to; k++ {
			x := float64(k) / float64(per)
			t = append(t, tick{x, strconv.FormatFloat(x, 'f', digits, 64)})
		}
		return t
	}
	return nil
}
