package demo

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"net/http"
)

// both is a text in the company's languages.
type both struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// Order as the hotline sees it.
type orderView struct {
	Order    string `json:"order"`
	Status   string `json:"status"`
	State    both   `json:"state"`
	Item     both   `json:"item"`
	Shipped  both   `json:"shipped"`
	Expected both   `json:"expected"`
	Total    string `json:"total"`
	Found    bool   `json:"found"`
	Customer string `json:"customer"` // whose it is
}

const orderColumns = "o.id, o.status, s.en, s.zh, o.item_en, o.item_zh, o.shipped_en, o.shipped_zh, o.expected_en, o.expected_zh, o.total, o.phone FROM orders o JOIN states s ON s.status = o.status"

func readOrder(ctx context.Context, tx *sql.Tx, id string) (o orderView, err error) {
	o.Found = true
	err = tx.QueryRowContext(ctx, "SELECT "+orderColumns+" WHERE o.id = ?", id).
		Scan(&o.Order, &o.Status, &o.State.EN, &o.State.ZH, &o.Item.EN, &o.Item.ZH, &o.Shipped.EN, &o.Shipped.ZH, &o.Expected.EN, &o.Expected.ZH, &o.Total, &o.Customer)
	return o, err
}

func order(ctx context.Context, tx *sql.Tx, r *http.Request, _ map[string]string) (any, error) {
	return readOrder(ctx, tx, r.PathValue("order"))
}

func customer(ctx context.Context, tx *sql.Tx, r *http.Request, _ map[string]string) (any, error) {
	var c struct {
		Known    bool     `json:"known"`
		Name     string   `json:"name"`
		Segment  string   `json:"segment"`
		Language string   `json:"language"`
		Rate     string   `json:"rate"`
		Email    string   `json:"email"`
		Orders   []string `json:"orders"`
	}
	phone := r.URL.Query().Get("phone")
	err := tx.QueryRowContext(ctx, "SELECT name, segment, language, rate, email FROM customers WHERE phone = ?", phone).Scan(&c.Name, &c.Segment, &c.Language, &c.Rate, &c.Email)
	if err != nil {
		return nil, err
	}
	c.Known, c.Orders = true, []string{}
	rows, err := tx.QueryContext(ctx, "SELECT id FROM orders WHERE phone = ? ORDER BY id", phone)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		c.Orders = append(c.Orders, id)
	}
	return c, rows.Err()
}

func prefer(ctx context.Context, tx *sql.Tx, r *http.Request, in map[string]string) (any, error) {
	_, err := tx.ExecContext(ctx, `INSERT INTO customers (phone, name, segment, language, rate, email) VALUES (?1, '', '', ?2, ?3, '')
		ON CONFLICT (phone) DO UPDATE SET rate = CASE ?3 WHEN '' THEN rate ELSE ?3 END, language = CASE ?2 WHEN '' THEN language ELSE ?2 END`,
		r.PathValue("phone"), in["language"], in["rate"])
	return map[string]string{"kept": "yes"}, err
}

func readdress(ctx context.Context, tx *sql.Tx, r *http.Request, in map[string]string) (any, error) {
	o, err := readOrder(ctx, tx, r.PathValue("order"))
	switch {
	case err != nil:
		return nil, err
	case in["address"] == "":
		return nil, refusal{http.StatusBadRequest, "expected an address"}
	case o.Status != "packing":
		return map[string]string{"changed": "no", "why": o.Status}, nil
	}
	_, err = tx.ExecContext(ctx, "UPDATE orders SET address = ? WHERE id = ?", in["address"], o.Order)
	return map[string]string{"changed": "yes"}, err
}

func cancel(ctx context.Context, tx *sql.Tx, r *http.Request, _ map[string]string) (any, error) {
	o, err := readOrder(ctx, tx, r.PathValue("order"))
	switch {
	case err != nil:
		return nil, err
	case o.Status == "cancelled":
		return map[string]string{"cancelled": "yes"}, nil
	case o.Status != "packing":
		return map[string]string{"cancelled": "no", "why": o.Status}, nil
	}
	_, err = tx.ExecContext(ctx, "UPDATE orders SET status = 'cancelled' WHERE id = ?", o.Order)
	return map[string]string{"cancelled": "yes"}, err
}

// number makes a readable number that is the same for the same thing.
func number(prefix, of string) string {
	h := fnv.New32a()
	h.Write([]byte(prefix + of))
	return fmt.Sprintf("%s-%04d", prefix, h.Sum32()%10000)
}

func invoice(ctx context.Context, tx *sql.Tx, r *http.Request, in map[string]string) (any, error) {
	o, err := readOrder(ctx, tx, r.PathValue("order"))
	if err != nil {
		return nil, err
	}
	id := number("I", o.Order)
	_, err = tx.ExecContext(ctx, "INSERT INTO invoices (id, order_id, email) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET email = excluded.email", id, o.Order, in["email"])
	return map[string]string{"invoice": id, "total": o.Total, "link": "https://lantern.example/invoices/" + id}, err
}

func refund(ctx context.Context, tx *sql.Tx, r *http.Request, _ map[string]string) (any, error) {
	var f struct {
		Found  bool   `json:"found"`
		Order  string `json:"order"`
		Status string `json:"status"`
		Amount string `json:"amount"`
		When   both   `json:"when"`
	}
	if _, err := readOrder(ctx, tx, r.PathValue("order")); err != nil {
		return nil, err
	}
	f.Found = true
	err := tx.QueryRowContext(ctx, "SELECT order_id, status, amount, when_en, when_zh FROM refunds WHERE order_id = ?", r.PathValue("order")).
		Scan(&f.Order, &f.Status, &f.Amount, &f.When.EN, &f.When.ZH)
	if err == sql.ErrNoRows {
		f.Order, f.Status, err = r.PathValue("order"), "none", nil
	}
	return f, err
}

func takeBack(ctx context.Context, tx *sql.Tx, _ *http.Request, in map[string]string) (any, error) {
	o, err := readOrder(ctx, tx, in["order"])
	switch {
	case err != nil:
		return nil, err
	case o.Status == "cancelled" || o.Status == "packing":
		return map[string]string{"accepted": "no", "why": o.Status}, nil
	}
	id := number("R", o.Order)
	_, err = tx.ExecContext(ctx, "INSERT INTO returns (id, order_id, reason, email) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, email = excluded.email", id, o.Order, in["reason"], in["email"])
	return map[string]string{"accepted": "yes", "return": id, "link": "https://lantern.example/returns/" + id}, err
}

func complain(ctx context.Context, tx *sql.Tx, r *http.Request, in map[string]string) (any, error) {
	if in["text"] == "" {
		return nil, refusal{http.StatusBadRequest, "expected a text"}
	}
	id := number("C", in["order"]+in["text"]+in["phone"]+r.Header.Get("Idempotency-Key"))
	_, err := tx.ExecContext(ctx, "INSERT INTO complaints (id, order_id, phone, text) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", id, in["order"], in["phone"], in["text"])
	return map[string]string{"complaint": id}, err
}

func product(ctx context.Context, tx *sql.Tx, r *http.Request, _ map[string]string) (any, error) {
	var p struct {
		Found bool   `json:"found"`
		Name  both   `json:"title"`
		Price string `json:"price"`
		Stock int    `json:"stock"`
		About both   `json:"about"`
	}
	p.Found = true
	err := tx.QueryRowContext(ctx, "SELECT title_en, title_zh, price, stock, about_en, about_zh FROM products WHERE name = ?", r.PathValue("name")).
		Scan(&p.Name.EN, &p.Name.ZH, &p.Price, &p.Stock, &p.About.EN, &p.About.ZH)
	return p, err
}
