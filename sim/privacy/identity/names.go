package identity

import "strings"

// The words from which addresses are made. They are common knowledge in kind, not in detail: package
// reidentify guesses from lists of its own and cannot see these.

var commonSurnames = strings.Fields(`
	kim lee park choi jung kang cho yoon jang lim
	han oh seo shin kwon hwang ahn song ryu hong`)

var rareSurnames = strings.Fields(`
	jeon ko moon yang son bae baek heo yoo nam
	shim roh ha kwak sung cha joo woo koo min
	na jin ji eom chae won cheon bang gong hyun
	ham byun yeom do seok sun seol ma tak pyo`)

var popularNames = strings.Fields(`
	minjun junyoung doyun yejun siwoo hajun jiho juwon jihoo junseo
	junwoo hyunwoo dohyun jihoon gunwoo woojin sunwoo seojin minjae hyunjun
	yeonwoo yujun jungwoo seungwoo seunghyun jinwoo jihwan seungmin minseok donghyun
	sungmin junho sangwoo jaehyun minho taehyun kyungsoo youngho sungho jinho
	seoyeon seoyun jiwoo sieun hayoon haeun minseo jiyoo yoonseo chaewon
	jimin sua jia jiyoon dain subin yeeun soyul yerin jiwon
	jiyoung eunji minji yujin sujin hyejin jihye boram areum hana
	yuna eunjung miyoung sunhee younghee jiyeon sooyeon hyunjung misook eunyoung
	daeun yewon gaeun nayeon chaeyoung somin hyewon soojin yeonju minkyung
	dongwook jaewon hyunsoo kyungmin sanghoon youngsoo jungho hyungjin sungjin taeyang`)

var firstSyllables = strings.Fields(`
	ba beom bo byung chan chul da dae deok dong
	ga geon gwang gyu hee ho hwa jae je jong
	kyu mi mok mu pil sa se tae ye yong`)

var secondSyllables = strings.Fields(`
	bin chang gu gyeong hak heon hwan hyeok il ju
	kuk kyun mo muk pyo ra rang ri ryeol sang
	sik suk sup teak uk wan yeop yul ram rim`)

var words = strings.Fields(`
	apple banana bear bird blue butter camp candy cat cherry
	cloud coffee cookie cosmos daisy dance deer dolphin dragon dream
	eagle earth falcon fire fish flower forest fox free galaxy
	garden ghost gold grape green happy hawk heart honey horse
	island ivory jazz jelly jewel jungle king knight koala lake
	lemon light lily lion lotus love lucky magic mango maple
	marine melody melon meteor mint mirror monkey moonlight mountain music
	night ocean olive orange otter panda peach pearl penguin piano
	pilot pine planet plum polar prince puppy purple queen rabbit
	rain rainbow river robot rocket rose ruby sailor salt sand
	shadow silver sky smile snow soccer soda spring star stone
	storm sugar summer sunny tiger tulip turtle velvet violet wave
	whale wind winter wolf zebra`)

var wordJoins = []string{"", "_", "."}
